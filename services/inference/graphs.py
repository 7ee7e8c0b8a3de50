"""Which operations of a TensorFlow graph touch files or other machines. TensorFlow runs whatever is in a graph, some of
it already when it is loaded (https://github.com/tensorflow/tensorflow/blob/master/SECURITY.md: "models are programs").

Names: `tensorflow/core/ops/*.cc`; a saved graph: `tensorflow/core/protobuf/meta_graph.proto`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

DANGEROUS: Final = frozenset(
    {
        *("WriteFile", "ReadFile", "MatchingFiles", "Save", "SaveSlices", "PrintV2", "ImmutableConst"),
        *("PyFunc", "PyFuncStateless", "EagerPyFunc", "RemoteCall", "DecodeProtoV2", "EncodeProto"),
    }
)
"""Operations that touch files or other machines or run Python; a classifier has no use for them. `PrintV2` prints into
any file."""
_KINDS: Final = re.compile(
    r".*(?:Reader|Writer|Summary|Dataset|RecordIO)(?:V\d)?|Debug.*|Create.*Db.*|Distributed.*|_?(?:Host)?(?:Send|Recv)"
)
"""By their names: those that read or write files as streams, or talk to others."""
_OF_THE_SAVER: Final = frozenset({"SaveV2", "MergeV2Checkpoints", "RestoreV2", "Restore", "RestoreSlice"})
"""Every SavedModel has those that write and read its own variables; they are dangerous anywhere else."""
_WRITING: Final = frozenset({"SaveV2", "MergeV2Checkpoints"})


class _Part(NamedTuple):
    """What is needed to compute something: names of the graph's nodes, and of its functions."""

    nodes: frozenset[str]
    functions: frozenset[str]


def dangerous(meta: Any) -> set[str]:
    """The names of such operations. `meta`: a MetaGraphDef."""
    graph = meta.graph_def
    functions = {one.signature.name: one.node_def for one in graph.library.function}
    everything = [*graph.node, *(node for nodes in functions.values() for node in nodes)]
    bad = {node.op for node in everything if node.op in DANGEROUS or _KINDS.fullmatch(node.op)}
    saver = meta.saver_def
    restoring = _needed(meta, [saver.restore_op_name])
    own = _needed(meta, [saver.save_tensor_name, saver.filename_tensor_name, saver.restore_op_name])
    called = _needed(meta, _answers(meta), meta.object_graph_def.concrete_functions)
    for nodes, whose in [(graph.node, None), *((nodes, name) for name, nodes in functions.items())]:
        for node in nodes:
            of_saver = _within(own, node, whose) and not _within(called, node, whose)
            writes = node.op in _WRITING and _within(restoring, node, whose)
            if node.op in _OF_THE_SAVER and (writes or not of_saver):
                bad.add(node.op)
    return bad


def _within(part: _Part, node: Any, function: str | None) -> bool:
    return node.name in part.nodes if function is None else function in part.functions


def _answers(meta: Any) -> Iterator[str]:
    """What is computed for whoever uses the model, and when it is loaded."""
    for signature in meta.signature_def.values():
        yield from (tensor.name for tensor in signature.outputs.values())
    for name, collection in meta.collection_def.items():
        if name in ("saved_model_main_op", "legacy_init_op", "table_initializer"):
            yield from collection.node_list.value


def _needed(meta: Any, names: Iterable[str], functions: Iterable[str] = ()) -> _Part:
    """`names`: of nodes or their outputs."""
    nodes = {node.name: node for node in meta.graph_def.node}
    bodies = {one.signature.name: one.node_def for one in meta.graph_def.library.function}
    needed, waiting = set[str](), [_node(name) for name in names]
    called, to_call = set[str](), list(functions)
    while waiting or to_call:
        if waiting:
            name = waiting.pop()
            if name in nodes and name not in needed:
                needed.add(name)
                waiting += map(_node, nodes[name].input)
                to_call += _called(nodes[name])
        else:
            name = to_call.pop()
            if name in bodies and name not in called:
                called.add(name)
                to_call += (one for node in bodies[name] for one in _called(node))
    return _Part(frozenset(needed), frozenset(called))


def _node(name: str) -> str:
    """`^scope/name`, `scope/name:1` -> `scope/name`"""
    return name.removeprefix("^").partition(":")[0]


def _called(node: Any) -> Iterator[str]:
    if node.op:
        yield node.op  # a function may be called by its name
    for value in node.attr.values():
        for one in (value.func, *value.list.func):
            if one.name:
                yield one.name
