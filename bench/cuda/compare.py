"""The CUDA backend against PyTorch on the same GPU in the same run.

    python3 bench/cuda/compare.py BENCH [--batch 64] [--precision tf32,bfloat16,float32] [--only REGEX] [--json FILE]

BENCH is what `npm run build:cuda -- --programs` makes (build-cuda/layerwise_cuda_bench). The workloads are those of
bench/workloads/layers.json, scaled to the batch. Answers are compared before times count; both sides are timed with events,
warm, on operands that take turns and are together larger than the caches. PyTorch computes channels last, with cuDNN's
benchmark mode, in the precision of the row; in bfloat16 PyTorch's operands are bfloat16 in memory, and
ours where a plan would have them so: all but the second matrix of a product that is no weight, and one channel by itself.
"""

import argparse
import json
import math
import os
import re
import statistics
import subprocess

import numpy
import torch
import torch.nn.functional as F

FAR = 512 << 20
ROUNDS = 7
ROUND_MS = 20.0
SAMPLES = 64
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MAX_POOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVG_POOL = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
TOLERANCE = {"float32": 2e-5, "tf32": 4e-3, "bfloat16": 3e-2}


def made(operand, size):
    """main.cc's value(operand, i) for i < size."""
    with numpy.errstate(over="ignore"):
        x = numpy.arange(size, dtype=numpy.uint32) * numpy.uint32(2654435761) + numpy.uint32(operand * 40503)
        x ^= x >> numpy.uint32(15)
        x *= numpy.uint32(2246822519)
        x ^= x >> numpy.uint32(13)
    return (x >> numpy.uint32(8)).astype(numpy.float32) * numpy.float32(2.0**-24) - numpy.float32(0.5)


def last(shape):
    """Channels-first sizes as channels last."""
    return [shape[0], *shape[2:], shape[1]]


def listed(values):
    return ",".join(str(v) for v in values)


class Workload:
    """One row: the line for our program, and the same work in PyTorch."""

    def __init__(self, row, batch):
        self.id, self.op = row["id"], row["op"]
        self.row = row = dict(row)
        if self.op == "matmul":
            self.a, self.b = row["a"], row["b"]
            self.constant = self.id.startswith("fc_")
            if self.constant:
                self.a = [batch, *self.a[1:]]
        else:
            row["x"] = [max(batch, row["x"][0]), *row["x"][1:]]
            self.rank = len(row["x"]) - 2

    def line(self, precision):
        row = self.row
        if self.op == "matmul":
            out = [*self.a[:-1], self.b[-1]]
            mark = ":c" if self.constant else ""
            return f"{self.id} matmul {precision} in={listed(self.a)} in={listed(self.b)}{mark} out={listed(out)}"
        x, out = last(row["x"]), last(self.out_shape())
        if self.op == "gap":
            axes = listed(range(1, 1 + self.rank))
            return f"{self.id} reduce {precision} fn=mean axes={axes} keepDims=true in={listed(x)} out={listed(out)}"
        half = self.rank
        begin, end = row["pad"][:half], row["pad"][half:]
        sizes = f"strides={self.many(row['stride'])} padBegin={self.many(begin)} padEnd={self.many(end)}"
        if self.op == "conv":
            O, I, *k = row["w"]
            sizes += f" dilations={self.many(row['dil'])} groups={row['groups']}"
            return (f"{self.id} conv {precision} {sizes} in={listed(x)} in={listed([*k, I, O])}:c in={O}:c "
                    f"out={listed(out)}")
        mode = "max" if self.op == "maxpool" else "avg"
        sizes += f" dilations={self.many([1] * half)} window={self.many(row['k'])} mode={mode} countIncludePad=false"
        return f"{self.id} pool {precision} {sizes} in={listed(x)} out={listed(out)}"

    @staticmethod
    def many(values):
        """A list of one number needs a comma to be read as a list."""
        return listed(values) + ("," if len(values) == 1 else "")

    def out_shape(self):
        row = self.row
        if self.op == "gap":
            return [*row["x"][:2], *[1] * self.rank]
        k = row["w"][2:] if self.op == "conv" else row["k"]
        dil = row.get("dil", [1] * self.rank)
        spatial = [
            (row["x"][2 + i] + row["pad"][i] + row["pad"][self.rank + i] - (k[i] - 1) * dil[i] - 1) // row["stride"][i] + 1
            for i in range(self.rank)
        ]
        return [row["x"][0], row["w"][0] if self.op == "conv" else row["x"][1], *spatial]

    def tensor(self, operand, shape, dtype, channels_last):
        """The operand as our program has it; channels last are permuted views, as PyTorch wants them."""
        data = torch.from_numpy(made(operand, math.prod(shape))).reshape(shape).cuda().to(dtype)
        if channels_last:
            data = data.permute(0, len(shape) - 1, *range(1, len(shape) - 1))
        return data

    def torch_job(self, dtype):
        """(sets of operands, function of a set, output as ours lies)."""
        row = self.row
        if self.op == "matmul":
            shapes = [self.a] if self.constant else [self.a, self.b]
            weights = [self.tensor(1, self.b, dtype, False)] if self.constant else []
            run = lambda s: torch.matmul(s[0], weights[0] if weights else s[1])
            make = lambda: [self.tensor(i, shape, dtype, False) for i, shape in enumerate(shapes)]
            return make, run, lambda y: y
        make = lambda: [self.tensor(0, last(row["x"]), dtype, True)]
        back = lambda y: y.permute(0, *range(2, y.dim()), 1).contiguous()
        if self.op == "gap":
            return make, lambda s: s[0].mean(dim=tuple(range(2, 2 + self.rank)), keepdim=True), back
        begin, end = row["pad"][: self.rank], row["pad"][self.rank :]
        assert begin == end, "the workloads pad evenly"
        if self.op == "conv":
            O, I, *k = row["w"]
            w = self.tensor(1, [*k, I, O], dtype, False).permute(self.rank + 1, self.rank, *range(self.rank))
            w = w.contiguous(memory_format={2: torch.channels_last, 3: torch.channels_last_3d}.get(self.rank, torch.contiguous_format))
            bias = self.tensor(2, [O], dtype, False)
            f = CONV[self.rank]
            return make, lambda s: f(s[0], w, bias, row["stride"], begin, row["dil"], row["groups"]), back
        if self.op == "maxpool":
            return make, lambda s: MAX_POOL[self.rank](s[0], row["k"], row["stride"], begin), back
        average = lambda s: AVG_POOL[self.rank](s[0], row["k"], row["stride"], begin, count_include_pad=False)
        return make, average, back


def time_torch(make, run):
    first = make()
    bytes_each = sum(t.numel() * t.element_size() for t in first)
    sets = [first] + [make() for _ in range(min(63, max(1, FAR // max(bytes_each, 1) - 1)))]
    for s in sets[:3]:
        run(s)
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    runs, times = 1, []
    while len(times) < ROUNDS:
        start.record()
        for i in range(runs):
            run(sets[i % len(sets)])
        end.record()
        end.synchronize()
        spent = start.elapsed_time(end)
        if spent < ROUND_MS and runs < 100000:
            runs = max(runs + 1, int(min(1e5, runs * 1.2 * ROUND_MS / max(spent, 1e-3))))
            continue
        times.append(spent / runs)
    return statistics.median(times)


def ceilings():
    """Of this device, measured: copies in GB/s, and products of 8192 in TFLOP/s by precision."""
    x, y = torch.empty(1 << 28, device="cuda"), torch.empty(1 << 28, device="cuda")
    copy = time_torch(lambda: [x], lambda s: y.copy_(s[0]))
    result = {"copyGBs": 2 * x.numel() * 4 / copy / 1e6}
    del x, y
    for name, dtype in (("float32", torch.float32), ("tf32", torch.float32), ("bfloat16", torch.bfloat16)):
        choose(name)
        a = torch.randn(8192, 8192, device="cuda").to(dtype)
        result[name] = 2 * 8192**3 / time_torch(lambda: [a], lambda s: s[0] @ a) / 1e9
    return result


def choose(precision):
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.benchmark = True


def difference(workload, samples):
    """The largest error of our samples, over the largest of PyTorch's float32 values."""
    choose("float32")
    make, run, back = workload.torch_job(torch.float32)
    y = back(run(make())).flatten()
    at = torch.arange(SAMPLES, device="cuda") * (y.numel() // SAMPLES)
    expected = y[at].cpu().numpy()
    return float(numpy.abs(numpy.array(samples, dtype=numpy.float32) - expected).max() / max(numpy.abs(expected).max(), 1e-9))


def resnet50(batch, precision):
    """Images per second of torchvision's ResNet50, channels last, as a CUDA graph."""
    import torchvision

    choose(precision)
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    model = torchvision.models.resnet50().eval().cuda().to(dtype).to(memory_format=torch.channels_last)
    x = torch.randn(batch, 3, 224, 224, device="cuda", dtype=dtype).to(memory_format=torch.channels_last)
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            model(x)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        model(x)
    return 1000 * batch / time_torch(lambda: [x], lambda s: graph.replay())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--precision", default="tf32,bfloat16,float32")
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    parser.add_argument("--resnet50", action="store_true", help="PyTorch's ResNet50 alone; nets.mjs has ours")
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    if args.resnet50:
        for precision in args.precision.split(","):
            print(f"resnet50 b{args.batch} {precision}: {resnet50(args.batch, precision):.0f} images/s")
        return
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../workloads/layers.json")) as file:
        rows = [Workload(row, args.batch) for row in json.load(file) if re.search(args.only, row["id"])]
    limits = ceilings()
    print(torch.cuda.get_device_name(), f"PyTorch {torch.__version__},", ", ".join(f"{k} {v:.0f}" for k, v in limits.items()))
    ours = subprocess.Popen([args.bench], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    results = []
    for precision in args.precision.split(","):
        ratios = {}
        print(f"\n{precision:24} {'ours ms':>9} {'torch ms':>9} {'ratio':>6} {'TFLOP/s':>8} {'GB/s':>7} {'limit':>6} {'error':>8}  algorithm")
        for workload in rows:
            products = workload.op in ("conv", "matmul")
            if not products and precision == "tf32":  # the same as float32
                continue
            ours.stdin.write(workload.line(precision) + "\n")
            ours.stdin.flush()
            answer = json.loads(ours.stdout.readline() or '{"error": "the program ended"}')
            if "error" in answer:
                print(f"{workload.id:24} {answer['error']}")
                results.append({"id": workload.id, "precision": precision, "error": answer["error"]})
                continue
            error = difference(workload, answer["samples"])
            choose(precision)
            make, run, _ = workload.torch_job(torch.bfloat16 if precision == "bfloat16" else torch.float32)
            theirs = time_torch(make, run)
            torch.cuda.empty_cache()
            ms, ratio = answer["ms"], theirs / answer["ms"]
            wrong = "" if error <= TOLERANCE[precision] else "  WRONG"
            tflops, gbs = answer["gflop"] / ms, answer["bytes"] / ms / 1e6
            limit = max(tflops / limits[precision], gbs / limits["copyGBs"])
            print(f"{workload.id:24} {ms:9.4f} {theirs:9.4f} {ratio:5.2f}x {tflops:8.1f} {gbs:7.0f} {100 * limit:5.0f}% {error:8.1e}  {answer['algorithm']}{wrong}", flush=True)
            if not wrong:
                ratios.setdefault(workload.op if products else "memory", []).append(ratio)
            results.append({**answer, "torch": theirs, "ratio": ratio, "limit": limit, "error": error})
        for kind, values in ratios.items():
            print(f"geometric mean, {kind}: {statistics.geometric_mean(values):.2f}x of {len(values)}")
    ours.stdin.close()
    if args.json:
        with open(args.json, "w") as file:
            json.dump({"device": torch.cuda.get_device_name(), "limits": limits, "rows": results}, file, indent=1)


if __name__ == "__main__":
    main()
