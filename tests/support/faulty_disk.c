/* Loaded before the C library (LD_PRELOAD): reads of a part of one file fail with EIO while another file exists. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_faulty(int descriptor, size_t count, off64_t at)
{
    const char *path = getenv("FAULTY_FILE"), *switched_on = getenv("FAULTY_WHILE");
    struct stat faulty, file;
    return path && switched_on && !access(switched_on, F_OK) && !stat(path, &faulty) && !fstat(descriptor, &file)
        && faulty.st_dev == file.st_dev && faulty.st_ino == file.st_ino
        && at < atoll(getenv("FAULTY_UNTIL")) && at + (off64_t)count > atoll(getenv("FAULTY_FROM"));
}

ssize_t pread64(int descriptor, void *to, size_t count, off64_t at)
{
    static ssize_t (*original)(int, void *, size_t, off64_t);
    if (!original)
        original = (ssize_t (*)(int, void *, size_t, off64_t))dlsym(RTLD_NEXT, "pread64");
    if (is_faulty(descriptor, count, at)) {
        errno = EIO;
        return -1;
    }
    return original(descriptor, to, count, at);
}

ssize_t pread(int descriptor, void *to, size_t count, off_t at)
{
    return pread64(descriptor, to, count, at);
}
