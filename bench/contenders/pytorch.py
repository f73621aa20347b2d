"""PyTorch as a contender of the bench: one process, one job at a time.

Requests are lines on stdin; the operands follow a `prepare` line as raw float32. Each answer is a line of JSON on stdout,
and `answer` appends the output as raw float32.

    prepare {json}, then the operands      time <milliseconds> <runs>      answer      release

`--probe` instead of the number of threads only tells by its exit status whether this Python will do.

A request holds a workload or the nodes of a net. Where PyTorch offers several ways (memory formats, frozen and optimised
modules) each is tried and the fastest is timed.
"""

import json
import sys
import time
import warnings

import numpy
import torch
import torch.nn.functional as F

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MAX_POOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVG_POOL = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
GLOBAL_POOL = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}
CHANNELS_LAST = {4: torch.channels_last, 5: torch.channels_last_3d}


def formats(rank):
    """The memory formats of a tensor with `rank` dimensions."""
    yield "contiguous", torch.contiguous_format
    if rank in CHANNELS_LAST:
        yield "channels last", CHANNELS_LAST[rank]


class Module(torch.nn.Module):
    """A function and its constants, as a module that can be frozen."""

    def __init__(self, function, constants):
        super().__init__()
        self.function = function
        for i, constant in enumerate(constants):
            self.register_buffer(f"c{i}", constant)

    def forward(self, x):
        return self.function(x, *self.buffers())


def frozen(function, constants, x):
    """The module traced, frozen, and run through PyTorch's optimisation for inference."""
    traced = torch.jit.trace(Module(function, constants).eval(), x, check_trace=False)
    return torch.jit.optimize_for_inference(torch.jit.freeze(traced))


def convolution(request, operands):
    x, weight, bias = (operands[request[name]] for name in "xwb")
    rank = x.dim() - 2
    begin, end = request["pad"][:rank], request["pad"][rank:]
    if begin != end:
        return  # these functions pad alike on both sides
    options = (request["stride"], begin, request["dil"], request["groups"])
    for name, layout in formats(x.dim()):
        activations, kernel = x.contiguous(memory_format=layout), weight.contiguous(memory_format=layout)
        yield name, lambda x=activations, w=kernel: CONV[rank](x, w, bias, *options)
        module = frozen(lambda x, w, b: CONV[rank](x, w, b, *options), [kernel, bias], activations)
        yield f"{name}, frozen", lambda x=activations, module=module: module(x)


def pooling(request, operands):
    x, op = operands[request["x"]], request["op"]
    rank = x.dim() - 2
    if op == "gap":
        function = lambda x: GLOBAL_POOL[rank](x, 1)
    else:
        size, stride, begin, end = request["k"], request["stride"], request["pad"][:rank], request["pad"][rank:]
        if begin != end or any(2 * pad > k for pad, k in zip(begin, size)):
            return
        if op == "maxpool":
            function = lambda x: MAX_POOL[rank](x, size, stride, begin)
        else:
            function = lambda x: AVG_POOL[rank](x, size, stride, begin, count_include_pad=False)
    for name, layout in formats(x.dim()):
        yield name, lambda x=x.contiguous(memory_format=layout): function(x)


def matmul(request, operands):
    a, b = operands[request["a"]], operands[request["b"]]
    yield "matmul", lambda: torch.matmul(a, b)
    if request["constant"]:
        weight = b.transpose(-1, -2).contiguous()
        yield "linear", lambda: F.linear(a, weight)


class Net(torch.nn.Module):
    """A net from its list of nodes; value 0 is the input, value n the output of node n."""

    def __init__(self, request, operands):
        super().__init__()
        self.nodes, self.epsilon = request["nodes"], request["epsilon"]
        for i, operand in enumerate(operands):
            self.register_buffer(f"c{i}", operand)

    def constant(self, number):
        return None if number is None else getattr(self, f"c{number}")

    def node(self, node, x, residual):
        op = node["op"]
        if op == "maxPool":
            return F.max_pool2d(x, node["k"], node["stride"], node["pad"])
        if op == "gap":
            return F.adaptive_avg_pool2d(x, 1).flatten(1)
        if op == "flatten":
            return x.flatten(1)
        kernel, bias = self.constant(node["kernel"]), self.constant(node.get("bias"))
        if op == "dense":
            return activated(F.linear(x, kernel, bias), node.get("act"))
        y = F.conv2d(x, kernel, bias, node["stride"], node["pad"], 1, node["groups"])
        if node.get("bn"):
            y = F.batch_norm(y, *[self.constant(number) for number in node["bn"]], False, 0.0, self.epsilon)
        return activated(y if residual is None else y + residual, node.get("act"))

    def forward(self, x):
        values = [x]
        for node in self.nodes:
            residual = node.get("residual")
            values.append(self.node(node, values[node["input"]], None if residual is None else values[residual]))
        return values[-1]


def activated(x, act):
    if act is None:
        return x
    return {"relu": F.relu, "relu6": F.relu6, "softmax": lambda x: F.softmax(x, 1)}[act](x)


def net(request, operands):
    """The net frozen as it is, and optimised for inference, in both memory formats."""
    x = operands[request["x"]]
    module = Net(request, operands[: request["x"]]).eval()
    for name, layout in formats(4):
        images = x.contiguous(memory_format=layout)
        traced = torch.jit.freeze(torch.jit.trace(module.to(memory_format=layout), images, check_trace=False))
        yield f"{name}, frozen", lambda x=images, module=traced: module(x)
        optimised = torch.jit.optimize_for_inference(traced)
        yield f"{name}, optimised", lambda x=images, module=optimised: module(x)


def measure(run, limit, runs):
    """Runs until `limit` milliseconds have passed, at least once and at most `runs` times; gives each run's milliseconds."""
    times = []
    start = time.perf_counter()
    while True:
        before = time.perf_counter()
        result = run()
        now = time.perf_counter()
        times.append(1000 * (now - before))
        if 1000 * (now - start) >= limit or len(times) >= runs:
            return times, result


def fastest(candidates):
    best = None
    for name, run in candidates:
        measure(run, 50, 3)  # the first runs of a traced module compile it
        least = min(measure(run, 200, 50)[0])
        if best is None or least < best[0]:
            best = (least, name, run)
    return best


def candidates(request, operands):
    kind = "net" if "nodes" in request else request["op"]
    return {"net": net, "conv": convolution, "matmul": matmul}.get(kind, pooling)(request, operands)


def read(dims):
    array = numpy.empty(dims, numpy.float32)
    sys.stdin.buffer.readinto(memoryview(array).cast("B"))
    return torch.from_numpy(array)


class Server:
    def __init__(self):
        self.job = None
        self.result = None

    def prepare(self, text):
        request = json.loads(text)
        operands = [read(dims) for dims in request["dims"]]
        best = fastest(candidates(request, operands))
        if best is None:
            return {"supported": False}
        self.job = best[2]
        return {"supported": True, "how": best[1]}

    def time(self, text):
        limit, runs = text.split()
        times, self.result = measure(self.job, float(limit), int(runs))
        return {"times": times}

    def answer(self, _text):
        data = self.job().to(torch.float32).contiguous().numpy()
        return {"floats": data.size}, data.tobytes()

    def release(self, _text):
        self.job = self.result = None
        return {}


def reply(answer, data=b""):
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + data)
    sys.stdout.buffer.flush()


def main():
    warnings.filterwarnings("ignore")  # about tracing, which is what we mean to do
    torch.set_num_interop_threads(1)
    torch.set_num_threads(int(sys.argv[1]))
    server = Server()
    reply({"version": torch.__version__})
    for line in sys.stdin.buffer:
        verb, _, text = line.decode().strip().partition(" ")
        try:
            answer = getattr(server, verb)(text)
            reply(*(answer if isinstance(answer, tuple) else (answer,)))
        except Exception as error:  # told to the runner, which stops
            reply({"error": f"PyTorch: {error}"})


def probe():
    """Fails on a build that was left with the reference BLAS: a hundred times slower, that is not PyTorch's speed."""
    torch.ones(2, 2) @ torch.ones(2, 2)
    try:
        with open("/proc/self/maps", encoding="utf8") as maps:
            libraries = maps.read()
    except OSError:
        return  # not Linux: the builds that are there have their own
    if "BLAS_INFO=generic" in torch.__config__.show() and not any(
        name in libraries for name in ("openblas", "mkl", "blis", "atlas")
    ):
        sys.exit("reference BLAS")


if "--probe" in sys.argv:
    probe()
else:
    with torch.inference_mode():
        main()
