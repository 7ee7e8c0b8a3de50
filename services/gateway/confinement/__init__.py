"""Takes away from a process what a decoder does not need: files, network, other processes. The kernel's doing, so that
it holds for whatever code gets to run there."""
