"""Writes numpy-ops.json: calls of lib/ops with the results of NumPy (computed in float64, stored in the dtype of the op).

    python3 test/cases/numpy-ops.py > test/cases/numpy-ops.json
"""
import json
import math
import warnings

import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
cases = []


def number(value):
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def tensor(a):
    a = np.asarray(a)
    data = [number(v) for v in a.reshape(-1)]
    # float32 prints as the shortest decimal that reads back
    if a.dtype == np.float32:
        data = [v if isinstance(v, str) else float(np.format_float_positional(np.float32(v), unique=True, trim="0"))
                for v in data]
    return {"dtype": str(a.dtype), "shape": list(a.shape), "data": data}


def case(fn, args, result, rtol=0.0):
    results = result if isinstance(result, (list, tuple)) else [result]
    args = [tensor(a) if isinstance(a, (np.ndarray, np.generic)) else [tensor(b) for b in a]
            if isinstance(a, list) and a and isinstance(a[0], (np.ndarray, np.generic)) else a for a in args]
    cases.append({"fn": fn, "args": args, "outputs": [tensor(r) for r in results], "rtol": rtol})


def f32(*shape):
    return np.asarray(rng.standard_normal(shape), np.float32).round(3)


def i32(*shape, low=-9, high=10):
    return rng.integers(low, high, shape).astype(np.int32)


# movement
x = np.arange(2 * 3 * 5, dtype=np.float32).reshape(2, 3, 5)
for perm in [None, [0, 1, 2], [2, 0, 1], [1, 0, 2], [0, 2, 1], [-1, 0, 1]]:
    case("transpose", [x] + ([perm] if perm else []), np.transpose(x, perm))
y = np.arange(7 * 13 * 3 * 2, dtype=np.int32).reshape(7, 13, 3, 2)
case("transpose", [y, [0, 3, 1, 2]], y.transpose(0, 3, 1, 2))
case("transpose", [y.astype(np.int64), [3, 2, 1, 0]], y.astype(np.int64).transpose(3, 2, 1, 0))
case("transpose", [(y % 251).astype(np.uint8), [1, 3, 0, 2]], (y % 251).astype(np.uint8).transpose(1, 3, 0, 2))
case("transpose", [y.astype(np.float64), [2, 3, 0, 1]], y.astype(np.float64).transpose(2, 3, 0, 1))
case("transpose", [y % 2 == 0, [1, 0, 2, 3]], (y % 2 == 0).transpose(1, 0, 2, 3))
case("transpose", [np.float32(3).reshape(())], np.float32(3))
case("transpose", [np.zeros((0, 3), np.float32)], np.zeros((3, 0), np.float32))
for a, b in [(0, 2), (-1, 0), ([0, 1], [2, 0])]:
    case("moveaxis", [x, a, b], np.moveaxis(x, a, b))
case("swapaxes", [x, 0, -1], np.swapaxes(x, 0, 2))
big = 1 << 40
for begin, end, step, index in [
    ([1], None, None, np.s_[1:]), ([0, 1], [1, 3], None, np.s_[0:1, 1:3]), ([None, -2], None, None, np.s_[:, -2:]),
    ([None, None, 4], [None, None, 0], [None, None, -2], np.s_[:, :, 4:0:-2]), ([5], None, None, np.s_[5:]),
    ([-9, 0, 1], [9, 2, -1], [1, 1, 3], np.s_[-9:9, 0:2, 1:-1:3]), ([None], [None], [-1], np.s_[::-1]),
    ([], None, None, np.s_[:]), ([0, 0, 0], [2, 3, 5], [1, 2, 2], np.s_[:, ::2, ::2]),
    ([None, None, -big], [None, None, big], None, np.s_[:]),
]:
    case("slice", [x, begin] + ([end] if end or step else []) + ([step] if step else []), x[index])
for axis in [None, 0, 1, [0, 2], -1]:
    case("flip", [x] + ([axis] if axis is not None else []), np.flip(x, tuple(axis) if isinstance(axis, list) else axis))
for index, axis in [(0, 0), (-1, 0), (2, 1), (-5, 2)]:
    case("take", [x, index, axis], np.take(x, index, axis))
for reps in [2, [2, 1, 3], [1, 1, 1], [2, 3, 1, 1, 2], [0, 1, 1], [2], [3, 2, 2]]:
    case("tile", [x, reps], np.tile(x, reps))
case("tile", [np.float32(2).reshape(()), [2, 2]], np.tile(np.float32(2), [2, 2]))
nine = np.arange(512, dtype=np.int32).reshape([2] * 9)
case("tile", [nine, [2, 1, 2, 1, 2, 1, 2, 1, 2]], np.tile(nine, [2, 1, 2, 1, 2, 1, 2, 1, 2]))
for repeats, axis in [(2, None), (3, 0), (2, 1), (2, -1), (0, 1), ([1, 0, 2], 1), ([2, 1], 0)]:
    case("repeat", [x, repeats] + ([axis] if axis is not None else []), np.repeat(x, repeats, axis))
for a, shape in [(f32(1, 3), [2, 3]), (f32(3), [4, 2, 3]), (f32(), [2, 2]), (f32(2, 1, 5), [2, 3, 5]), (f32(1), [0])]:
    case("broadcastTo", [a, shape], np.broadcast_to(a, shape))
for axis in [0, 1, 2, -1]:
    parts = [f32(2, 3, 5) for _ in range(3)]
    case("concat", [parts, axis], np.concatenate(parts, axis))
    case("stack", [parts, axis], np.stack(parts, axis))
parts = [f32(2, 3), f32(2, 0), f32(2, 7)]
case("concat", [parts, 1], np.concatenate(parts, 1))
parts = [i32(1, 3), i32(4, 3)]
case("concat", [parts], np.concatenate(parts, 0))
parts = [f32() for _ in range(3)]
case("stack", [parts], np.stack(parts))
case("split", [x, 3, 1], np.split(x, 3, 1))
case("split", [x, [1, 3, 1], 2], np.split(x, [1, 4], 2))
case("split", [x, [0, -1, 2], -1], np.split(x, [0, 3], 2))
case("unstack", [x, 1], [x[:, i] for i in range(3)])
for indices, axis in [([0, 1, -1], 0), ([[2, 0], [1, -3]], 1), ([4], 2)]:
    for dtype in [np.int32, np.int64]:
        at = np.array(indices, dtype)
        case("gather", [x, at, axis], np.take(x, at, axis))
case("gather", [x, [1, 0, 1], 1], np.take(x, [1, 0, 1], 1))
case("gather", [x, 2, -1], np.take(x, 2, -1))
case("gather", [x, np.zeros((0,), np.int32), 1], np.take(x, np.zeros((0,), np.int32), 1))
c = f32(3, 5) > 0
a, b = f32(3, 5), f32(5)
case("where", [c, a, b], np.where(c, a, b))
case("where", [c[:, :1], a, 0], np.where(c[:, :1], a, np.float32(0)))

# arithmetic
for fn, np_fn in [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("maximum", np.maximum),
                  ("minimum", np.minimum), ("squaredDifference", lambda a, b: (a - b) * (a - b))]:
    for sa, sb in [((17,), (17,)), ((3, 17), (17,)), ((3, 1), (1, 5)), ((), (4,)), ((2, 1, 3), (5, 1)), ((0, 3), (3,))]:
        a, b = f32(*sa), f32(*sb)
        case(fn, [a, b], np_fn(a.astype(np.float64), b).astype(np.float32), 2e-7)
    for dtype in [np.int32, np.int64, np.uint8, np.float64]:
        a, b = i32(3, 7, low=5).astype(dtype), i32(7, low=0, high=5).astype(dtype)
        case(fn, [a, b], np_fn(a, b))
for fn, np_fn in [("div", np.divide), ("pow", lambda a, b: np.power(np.abs(a), b)), ("atan2", np.arctan2),
                  ("mod", np.mod), ("floorDiv", np.floor_divide)]:
    a, b = f32(4, 19), f32(19)
    a = np.abs(a) if fn == "pow" else a
    case(fn, [a, b], np_fn(a.astype(np.float64), b.astype(np.float64)).astype(np.float32), 2e-6)
for fn, np_fn in [("mod", np.mod), ("floorDiv", np.floor_divide)]:
    for dtype in [np.int32, np.int64, np.float32, np.float64]:
        a, b = np.array([-7, 7, -7, 7, 6, 0, 5], dtype), np.array([3, 3, -3, -3, 3, 5, 5], dtype)
        case(fn, [a, b], np_fn(a, b))
case("pow", [np.array([2, -3, 5, 0], np.int32), np.array([10, 3, 0, 0], np.int32)], np.array([1024, -27, 1, 1], np.int32))
case("pow", [np.array([2.0, 4.0], np.float32), 0.5], np.array([2, 4], np.float32) ** np.float32(0.5), 2e-7)
nan = np.array([1, np.nan, np.nan, -np.inf, 0.0], np.float32)
other = np.array([np.nan, 2, np.nan, np.inf, -0.0], np.float32)
for fn in ["maximum", "minimum", "add"]:
    case(fn, [nan, other], getattr(np, fn)(nan, other))
for fn, np_fn in [("equal", np.equal), ("notEqual", np.not_equal), ("less", np.less), ("lessEqual", np.less_equal),
                  ("greater", np.greater), ("greaterEqual", np.greater_equal), ("logicalAnd", np.logical_and),
                  ("logicalOr", np.logical_or), ("logicalXor", np.logical_xor)]:
    for dtype in [np.int32, np.int64, np.uint8, np.float32, np.float64, np.bool_]:
        a, b = i32(3, 11, low=0, high=3).astype(dtype), i32(11, low=0, high=3).astype(dtype)
        case(fn, [a, b], np_fn(a, b))
    case(fn, [nan, other], np_fn(nan, other))
case("logicalNot", [np.array([True, False])], np.array([False, True]))
case("logicalNot", [np.array([0, 2, -0.0], np.float32)], np.array([True, False, True]))
a = f32(3, 7)
slope = np.abs(f32(7))
case("prelu", [a, slope], np.where(a >= 0, a, a * slope), 2e-7)

for fn, np_fn in [("maximum", np.maximum), ("minimum", np.minimum)]:
    a, b = i32(9, low=0, high=2) > 0, i32(9, low=0, high=2) > 0
    case(fn, [a, b], np_fn(a, b))

# functions of one number
erf = np.vectorize(math.erf)
sig = lambda v: 1 / (1 + np.exp(-v))
soft = lambda v: np.log1p(np.exp(-np.abs(v))) + np.maximum(v, 0)
elu = lambda v, a=1.0: np.where(v > 0, v, a * np.expm1(np.minimum(v, 0)))
unary = {
    "neg": np.negative, "abs": np.abs, "sign": np.sign, "exp": np.exp, "expm1": np.expm1, "square": np.square,
    "reciprocal": np.reciprocal, "floor": np.floor, "ceil": np.ceil, "round": np.round, "sin": np.sin, "cos": np.cos,
    "tan": np.tan, "tanh": np.tanh, "erf": erf, "relu": lambda v: np.maximum(v, 0),
    "relu6": lambda v: np.clip(v, 0, 6), "leakyRelu": lambda v: np.where(v >= 0, v, 0.2 * v), "elu": elu,
    "selu": lambda v: 1.0507009873554805 * elu(v, 1.6732632423543772), "celu": elu, "sigmoid": sig, "softplus": soft,
    "gelu": lambda v: v * 0.5 * (1 + erf(v / math.sqrt(2))), "softsign": lambda v: v / (1 + np.abs(v)),
    "silu": lambda v: v * sig(v), "hardSigmoid": lambda v: np.clip(v / 6 + 0.5, 0, 1),
    "hardSwish": lambda v: v * np.clip(v + 3, 0, 6) / 6, "mish": lambda v: v * np.tanh(soft(v)),
    "logSigmoid": lambda v: -soft(-v), "hardTanh": lambda v: np.clip(v, -1, 1),
    "threshold": lambda v: np.where(v > 1, v, 0),
}
positive = {"log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "rsqrt": lambda v: 1 / np.sqrt(v)}
for fn, np_fn in {**unary, **positive}.items():
    for dtype, rtol in [(np.float32, 4e-6), (np.float64, 1e-12)]:
        v = np.concatenate([np.linspace(-9, 9, 19), rng.standard_normal(10) * 3]).astype(dtype)
        v = np.abs(v) + dtype(0.01) if fn in positive else np.where(v == 0, dtype(0.5), v) if fn == "reciprocal" else v
        case(fn, [v], np_fn(v.astype(np.float64)).astype(dtype), rtol if fn not in ("neg", "abs", "relu", "floor") else 0)
case("round", [np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999998], np.float32)],
     np.round(np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999998], np.float32)))
v = f32(41) * 3
tanh_gelu = 0.5 * v * (1 + np.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v.astype(np.float64) ** 3)))
case("gelu", [v, {"approximate": True}], tanh_gelu.astype(np.float32), 4e-6)
case("leakyRelu", [v, 0.01], np.where(v >= 0, v, np.float32(0.01) * v), 2e-7)
case("elu", [v, 0.5], elu(v.astype(np.float64), 0.5).astype(np.float32), 4e-6)
case("celu", [v, 2.0], np.where(v > 0, v, 2 * np.expm1(np.minimum(v, 0).astype(np.float64) / 2)).astype(np.float32), 4e-6)
case("hardSigmoid", [v, 0.2, 0.5], np.clip(np.float64(0.2) * v + 0.5, 0, 1).astype(np.float32), 4e-6)
case("threshold", [v, 0.5, -7], np.where(v > 0.5, v, np.float32(-7)))
for dtype in [np.float32, np.int32, np.int64, np.uint8]:
    a = i32(29, low=0).astype(dtype)
    case("clip", [a, 2, 6], np.clip(a, 2, 6))
    case("square", [a], np.square(a))
case("clip", [np.array([np.nan, -np.inf, np.inf, 0.25], np.float32), -1, "Infinity"],
     np.array([np.nan, -1, np.inf, 0.25], np.float32))
for fn, np_fn in [("neg", np.negative), ("abs", np.abs), ("sign", np.sign), ("relu", lambda v: np.maximum(v, 0))]:
    for dtype in [np.int32, np.int64]:
        a = i32(23).astype(dtype)
        case(fn, [a], np_fn(a))

# reductions
z = f32(3, 7, 5)
axes = [None, 0, 1, 2, -1, [0, 1], [1, 2], [0, 2], [0, 1, 2]]
options = lambda axis, keep: {**({} if axis is None else {"axis": axis}), **({"keepDims": True} if keep else {})}
lse = lambda v, axis, keepdims: np.log(np.exp(v).sum(axis=axis, keepdims=keepdims))
for fn, np_fn in [("sum", np.sum), ("mean", np.mean), ("max", np.max), ("min", np.min), ("prod", np.prod),
                  ("variance", np.var), ("std", np.std), ("logSumExp", lse),
                  ("norm", lambda v, axis, keepdims: np.sqrt((v * v).sum(axis=axis, keepdims=keepdims)))]:
    for axis in axes:
        for keep in [False, True]:
            at = tuple(axis) if isinstance(axis, list) else axis
            case(fn, [z, options(axis, keep)], np_fn(z.astype(np.float64), axis=at, keepdims=keep).astype(np.float32), 5e-6)
    case(fn, [np.float32(2.5).reshape(())], np_fn(np.float64(2.5), axis=None, keepdims=False).astype(np.float32), 1e-6)
for fn, np_fn in [("sum", np.sum), ("max", np.max), ("min", np.min), ("prod", np.prod)]:
    for dtype in [np.int32, np.int64, np.float64]:
        a = i32(4, 6, low=-3, high=4).astype(dtype)
        case(fn, [a, {"axis": 1}], np_fn(a, axis=1).astype(dtype), 1e-14)
b8 = np.full((300,), 255, np.uint8)
case("sum", [b8], np.array(76500, np.int32))
case("sum", [np.array([True, True, False])], np.array(2, np.int32))
case("max", [b8], np.array(255, np.uint8))
case("sum", [z, {"axis": []}], z)
case("max", [z, {"axis": [], "keepDims": True}], z)
empty = np.zeros((0, 3), np.float32)
case("sum", [empty, {"axis": 0}], np.zeros(3, np.float32))
case("prod", [empty, {"axis": 0}], np.ones(3, np.float32))
case("mean", [empty, {"axis": 0}], np.full(3, np.nan, np.float32))
case("variance", [empty, {"axis": 0}], np.full(3, np.nan, np.float32))
case("max", [empty, {"axis": 1}], np.zeros(0, np.float32))
case("sum", [empty], np.array(0, np.float32))
case("any", [empty, {"axis": 0}], np.zeros(3, bool))
case("all", [empty, {"axis": 0}], np.ones(3, bool))
ties = np.array([[1, 9, 9], [7, 2, 7], [0, 0, 0]], np.float32)
for fn, np_fn in [("argMax", np.argmax), ("argMin", np.argmin)]:
    for axis in [None, 0, 1, -1]:
        for keep in [False, True]:
            for a in [ties, z[0], ties.astype(np.int32), ties.astype(np.uint8), ties.astype(np.int64)]:
                case(fn, [a, options(axis, keep)], np_fn(a, axis=axis, keepdims=keep).astype(np.int32))
    holes = np.array([[1, np.nan, 3], [np.nan, np.nan, 0]], np.float32)
    case(fn, [holes, {"axis": 1}], np_fn(holes, axis=1).astype(np.int32))
for fn in ["max", "min", "sum", "mean"]:
    case(fn, [holes, {"axis": 1}], getattr(np, fn)(holes, axis=1))
flags = i32(4, 9, low=0, high=2)
for fn, np_fn in [("any", np.any), ("all", np.all)]:
    for axis in [None, 0, [0, 1]]:
        at = tuple(axis) if isinstance(axis, list) else axis
        for a in [flags, flags > 0, flags.astype(np.float32)]:
            case(fn, [a, options(axis, False)], np_fn(a, axis=at))
wide = np.array([[1000, 1000, 0], [-1000, -1000, -2000]], np.float32)
case("logSumExp", [wide, {"axis": 1}], np.array([1000.6931471805599, -999.3068528194401], np.float32), 1e-7)
case("logSumExp", [np.array([-np.inf, -np.inf], np.float32)], np.array(-np.inf, np.float32))
case("logSumExp", [np.array([np.inf, 1], np.float32)], np.array(np.inf, np.float32))
for axis in [0, 1, 2, -1]:
    e = np.exp(z.astype(np.float64) - z.max(axis=axis, keepdims=True))
    p = e / e.sum(axis=axis, keepdims=True)
    case("softmax", [z, axis], p.astype(np.float32), 4e-6)
    case("logSoftmax", [z, axis], np.log(p).astype(np.float32), 4e-6)
for axis in [[0, 1], [0, 2], [2, 1], [0, 1, 2]]:
    at = tuple(axis)
    e = np.exp(z.astype(np.float64) - z.max(axis=at, keepdims=True))
    p = e / e.sum(axis=at, keepdims=True)
    case("softmax", [z, axis], p.astype(np.float32), 4e-6)
    case("logSoftmax", [z, axis], np.log(p).astype(np.float32), 4e-6)
case("softmax", [wide], np.array([[0.5, 0.5, 0], [0.5, 0.5, 0]], np.float32), 1e-6)
case("logSoftmax", [wide], np.array([[-np.log(2), -np.log(2), -1000 - np.log(2)]] * 2, np.float32), 1e-6)

# cast
v = np.array([1.9, -1.9, 300, -1, 0, np.nan, np.inf, -np.inf, 2.0**40], np.float32)
case("cast", [v, "int32"], np.array([1, -1, 300, -1, 0, 0, 2**31 - 1, -(2**31), 2**31 - 1], np.int32))
case("cast", [v, "uint8"], np.array([1, 0, 255, 0, 0, 0, 255, 0, 255], np.uint8))
case("cast", [v, "bool"], np.array([1, 1, 1, 1, 0, 1, 1, 1, 1], bool))
case("cast", [v, "float64"], v.astype(np.float64))
case("cast", [v[:5], "int64"], v[:5].astype(np.int64))
for dtype in [np.int32, np.int64, np.uint8, np.bool_]:
    a = i32(13, low=0, high=2).astype(dtype)
    for to in ["float32", "float64", "int32", "int64", "uint8", "bool"]:
        case("cast", [a, to], a.astype(to))

print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases if c) + "\n]")
