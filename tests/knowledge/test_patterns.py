"""No regular expression takes long on a text made for that: names, metadata and searches come from anybody."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = r"""
import ast, importlib, itertools, re, sys, time
from pathlib import Path

SHORT, LENGTH = 200, 1_000
found = {}


def gather(value, name, depth=0):
    if isinstance(value, re.Pattern):
        found.setdefault((value.pattern, value.flags), name)
    elif depth < 4 and isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            gather(one, name, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        for one in value.values():
            gather(one, name, depth + 1)
    elif depth < 4 and hasattr(value, "__struct_fields__") and not isinstance(value, type):
        for field in value.__struct_fields__:
            gather(getattr(value, field, None), name, depth + 1)


def took(pattern, start, pump, length, end):
    # Seconds of processor time.
    text = start + pump * (length // len(pump)) + end
    text = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    began = time.process_time()
    pattern.search(text)
    pattern.fullmatch(text)
    return time.process_time() - began


for path in sorted(Path("services").rglob("*.py")):
    parts = path.with_suffix("").parts
    if parts[1] in ("inference", "cli") or parts[-1] == "__main__":
        continue
    name = ".".join(parts).removesuffix(".__init__")
    for attribute, value in list(vars(importlib.import_module(name)).items()):
        gather(value, f"{name}.{attribute}")
    for node in ast.walk(ast.parse(path.read_text())):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
                and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
                and isinstance(node.args[0], ast.Constant)):
            pattern = re.compile(node.args[0].value)
            found.setdefault((pattern.pattern, pattern.flags), f"{name}:{node.lineno}")
assert len(found) > 150, len(found)
for (pattern, flags), name in found.items():
    is_text = isinstance(pattern, str)
    source = pattern if is_text else pattern.decode("latin-1")
    compiled = re.compile(pattern, flags)
    plain = re.sub(r"\\[a-zA-Z]|\(\?\w?<?\w*>?", "", source)
    letters = sorted(set("a0 _-.(/<") | {one for one in plain if one.isalnum() or one in " =,:@&+>\"'"})[:30]
    words = re.findall(r"[A-Za-z]{2,}|<\w+", plain)[:8]
    pumps = [*letters, *(a + b for a, b in zip(letters, letters[1:])), *words, *(word + " " for word in words)]
    for pump in dict.fromkeys(pumps):
        for start, end in (("", ""), ("a", "\0")):
            if took(compiled, start, pump, SHORT, end) > 0.0003:
                seconds = took(compiled, start, pump, LENGTH, end)
                if seconds > 0.3:
                    print(f"{name}: {source!r} takes {seconds:.1f} s on {start}{pump!r}...")
                    break
"""


def test_no_pattern_takes_long_on_texts_made_for_that() -> None:
    """In a process that can be ended: nothing else could end a regular expression. All patterns of the services, those
    in constants and those in calls. Quadratic ones take milliseconds for a thousand characters, worse ones far more:
    they are slow with two hundred already, which are tried first."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
