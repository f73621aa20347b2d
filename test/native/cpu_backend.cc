// The CPU backend against the reference over random geometries, in memory that ends at an unmapped page, on
// every ISA of this CPU, and in bfloat16 with every kernel for it that this CPU runs.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "backend/cpu/kernels/winograd.h"
#include "base/cpu_info.h"
#include "base/thread_pool.h"
#include "by_lines.h"
#include "harness.h"
#include "other_cases.h"
#include "run_op.h"
#include "window_cases.h"

using namespace lw;
using namespace lw::test;

namespace {

using Make = Case (*)(Random&);

/// For the handler of SIGSEGV, which may not allocate.
char g_running[4096];

void onFault(int) {
  const char text[] = "a read or write outside of an operand, in ";
  ssize_t ignored = write(2, text, sizeof text - 1);
  ignored = write(2, g_running, strlen(g_running));
  ignored = write(2, "\n", 1);
  (void)ignored;
  _exit(139);
}

class PoolThreads : public RunContext {
 public:
  void parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body) override {
    ThreadPool::instance().parallelFor(tasks, body);
  }
  int concurrency() const override { return ThreadPool::instance().threads(); }
};

std::vector<Operand> makeAll(const std::vector<TensorDesc>& descs, Guarded::At at) {
  std::vector<Operand> result;
  for (const TensorDesc& d : descs) result.emplace_back(d, at);
  return result;
}

bool sameBytes(const Operand& a, const Operand& b) {
  return a.memory().bytes() == 0 ||
         std::memcmp(a.memory().data(), b.memory().data(), a.memory().bytes()) == 0;
}

/// The nearest bfloat16, of two equally near ones the even.
double roundedToBf16(double value) {
  const auto narrow = static_cast<float>(value);
  uint32_t bits;
  std::memcpy(&bits, &narrow, sizeof bits);
  bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u;
  float result;
  std::memcpy(&result, &bits, sizeof bits);
  return static_cast<double>(result);
}

/// One case with its inputs, ready to run on either backend.
class Trial {
 public:
  Trial(const Case& c, uint64_t seed) : case_(c), op_(c.make()), in_(makeAll(op_.in, Guarded::At::kEnd)) {
    Random random(seed);
    for (size_t i = 0; i < in_.size(); ++i)
      for (int64_t j = 0; j < in_[i].size(); ++j) in_[i].put(j, c.value(random, i));
    std::snprintf(g_running, sizeof g_running, "%s", c.spec.toString().c_str());
  }

  /// False: the CPU backend leaves this op to the reference.
  bool supported() const { return cpuBackend().supports(op_); }

  void check() {
    TestStore cpuStore;
    const auto cpu = prepareOn(cpuBackend(), op_, in_, case_.constant, cpuStore, case_.precision);
    OneThread one(1, false), backwards(16, true);
    const std::vector<Operand> got = run(*cpu, one, Guarded::At::kEnd);
    const std::vector<Operand> expected = expectedOf(*cpu);
    for (size_t i = 0; i < got.size(); ++i) compare(got[i], expected[i], cpu->algorithm());

    PoolThreads threads;
    expectSame(run(*cpu, backwards, Guarded::At::kBegin), got,
               "tasks in another order, operands at another alignment");
    expectSame(run(*cpu, threads, Guarded::At::kEnd), got, "tasks on several threads");
    checkInPlace(*cpu, got);
    checkSlices(*cpu, got);
    checkLines(*cpu, got);
  }

 private:
  /// What the reference makes of the inputs; rounded to bfloat16, where the CPU rounded the factors.
  std::vector<Operand> expectedOf(const Prepared& cpu) {
    const bool rounds = std::strstr(cpu.algorithm(), "bfloat16") != nullptr;
    const bool transforms =
        std::strstr(cpu.algorithm(), "winograd") != nullptr;  // where that is faster still
    if (rounds != (roundsFactors() && !transforms)) fail(std::string("computed by ") + cpu.algorithm());
    std::vector<std::vector<double>> exact(rounds ? 2 : 0);
    for (size_t i = 0; i < exact.size(); ++i)
      for (int64_t j = 0; j < in_[i].size(); ++j) {
        exact[i].push_back(in_[i].get(j));
        in_[i].put(j, roundedToBf16(exact[i].back()));
      }
    TestStore store;
    OneThread one(1, false);
    const auto reference = prepareOn(referenceBackend(), op_, in_, case_.constant, store);
    std::vector<Operand> expected = run(*reference, one, Guarded::At::kEnd);
    for (size_t i = 0; i < exact.size(); ++i)
      for (int64_t j = 0; j < in_[i].size(); ++j) in_[i].put(j, exact[i][static_cast<size_t>(j)]);
    return expected;
  }

  /// Products with weights that are known, as the documentation of `precision` has it.
  bool roundsFactors() const {
    if (case_.precision != Precision::kBfloat16 || !case_.constant[1] || op_.in[0].dtype != DType::kFloat32)
      return false;
    if (op_.is<MatmulParams>())
      return op_.in[1].size() == op_.as<MatmulParams>().K * op_.as<MatmulParams>().N;
    if (!op_.is<ConvParams>()) return false;
    const ConvParams& p = op_.as<ConvParams>();
    return p.groups == 1 || p.groups != p.inChannels;
  }

  void fail(const std::string& what) const {
    expectAt("cpu_backend.cc", 0, false,
             what + ": " + case_.spec.toString() + (case_.residual ? " with residual" : ""));
  }

  View inputView(size_t i, const Operand& operand) const {
    View view = operand.view();
    if (case_.constant[i]) view.data = nullptr;
    return view;
  }

  std::vector<Operand> run(const Prepared& prepared, RunContext& context, Guarded::At at) const {
    std::vector<Operand> in = makeAll(op_.in, at), out = makeAll(op_.out, at);
    std::vector<View> inViews, outViews;
    for (size_t i = 0; i < in.size(); ++i) {
      if (in_[i].memory().bytes() > 0)
        std::memcpy(in[i].memory().data(), in_[i].memory().data(), in_[i].memory().bytes());
      inViews.push_back(inputView(i, in[i]));
    }
    for (const Operand& y : out) outViews.push_back(y.view());
    prepared.run(context, inViews.data(), outViews.data());
    for (size_t i = 0; i < in.size(); ++i)
      if (!sameBytes(in[i], in_[i])) fail("an input was written to");
    for (const Operand& y : out)
      if (!y.memory().slackIntact()) fail("an output was left");
    return out;
  }

  /// By how much Winograd's transforms may enlarge a sum, and with it the errors: of both axes, the largest
  /// sum of |A'| |G| |B'| over the points. The names of its algorithms end in the size of their tiles.
  double growth(const char* algorithm) const {
    if (std::strncmp(algorithm, "winograd", 8) != 0) return 1;
    const int tile = algorithm[std::strlen(algorithm) - 1] - '0';
    const int window = static_cast<int>(op_.in[1].dims[0]), pairs = (tile + window - 3) / 2;
    std::vector<double> points{0};
    for (int i = 0; i < pairs; ++i)
      for (const double sign : {1.0, -1.0}) points.push_back(sign * kWinogradPoints[pairs - 1][i]);
    double largest = 0;
    for (int row = 0; row < tile; ++row) {
      double sum = 1;  // the point at infinity, at most
      for (const double x : points) {
        double g = 0, b = 1;
        for (int k = 0; k < window; ++k) g += std::pow(std::abs(x), k);
        for (const double y : points)
          if (y != x) g /= std::abs(x - y), b *= 1 + std::abs(y);
        sum += std::pow(std::abs(x), row) * g * b;
      }
      largest = std::max(largest, sum);
    }
    return largest * largest;
  }

  void compare(const Operand& got, const Operand& expected, const char* algorithm) const {
    const DType dtype = got.desc().dtype;
    const double eps = !isFloat(dtype) ? 0 : dtype == DType::kFloat32 ? 0x1p-23 : 0x1p-52;
    for (int64_t i = 0; i < got.size(); ++i) {
      const double p = got.get(i), q = expected.get(i);
      const double allowed = eps * ((case_.terms + 8) * case_.scale * growth(algorithm) + 16 * std::abs(q));
      const bool close = std::isfinite(q) && std::abs(p - q) <= allowed;  // an infinity must be that infinity
      if (p == q || close || (std::isnan(p) && std::isnan(q))) continue;
      char text[200];
      std::snprintf(text, sizeof text, "%s: element %lld is %.9g, expected %.9g within %.3g", algorithm,
                    static_cast<long long>(i), p, q, allowed);
      return fail(text);
    }
  }

  void expectSame(const std::vector<Operand>& got, const std::vector<Operand>& expected,
                  const char* what) const {
    for (size_t i = 0; i < got.size(); ++i)
      if (!sameBytes(got[i], expected[i])) fail(std::string("other bits with ") + what);
  }

  /// An elementwise op may be given its first input as its output, a convolution that says so its residual.
  void checkInPlace(const Prepared& prepared, const std::vector<Operand>& expected) const {
    const bool elementwise = op_.is<UnaryParams>() || op_.is<BinaryParams>();
    const size_t over = elementwise ? 0 : in_.size() - 1;
    if (!elementwise && !(case_.residual && prepared.writesOverResidual())) return;
    if (case_.constant[over] || op_.in[over].dtype != op_.out[0].dtype ||
        !(op_.in[over].dims == op_.out[0].dims))
      return;
    OneThread one(1, false);
    PoolThreads threads;
    for (RunContext* context : std::initializer_list<RunContext*>{&one, &threads}) {
      std::vector<Operand> in = makeAll(op_.in, Guarded::At::kEnd);
      std::vector<View> views;
      for (size_t i = 0; i < in.size(); ++i) {
        if (in_[i].memory().bytes() > 0)
          std::memcpy(in[i].memory().data(), in_[i].memory().data(), in_[i].memory().bytes());
        views.push_back(inputView(i, in[i]));
      }
      prepared.run(*context, views.data(), &views[over]);
      if (!sameBytes(in[over], expected[0])) fail("other bits in place");
    }
  }

  /// An op that makes some lines of an image at a time gives the bytes of the whole.
  void checkLines(const Prepared& prepared, const std::vector<Operand>& whole) const {
    const LineOp* lines = prepared.byLines();
    if (lines == nullptr || !lineWindow(op_, 0) || case_.constant[0]) return;
    Random random(static_cast<uint64_t>(op_.out[0].size()));
    std::vector<View> given;
    for (size_t i = 0; i < in_.size(); ++i) given.push_back(inputView(i, in_[i]));
    for (int64_t sample = 0; sample < op_.out[0].dims[0]; ++sample)
      if (!ByLines(op_, *lines, given, sample, random).matches(whole[0])) fail("other bits by lines");
  }

  /// Where the batch may be split, samples [i, i + count) alone give the bytes that they have in the whole.
  void checkSlices(const Prepared& prepared, const std::vector<Operand>& whole) const {
    if (op_.out[0].dims.rank() == 0) return;
    const int64_t batch = op_.out[0].dims[0];
    for (const std::vector<bool>& batched : batchings()) {
      if (!splitsByBatch(op_, batched)) continue;
      for (int64_t i = 0; i < batch; ++i) slice(prepared, whole, batched, {i, 1});
      if (batch > 2) slice(prepared, whole, batched, {1, batch - 1});
    }
  }

  /// The first input alone, and every input that is not a weight.
  std::vector<std::vector<bool>> batchings() const {
    std::vector<bool> first(in_.size(), false), all(in_.size());
    first[0] = !case_.constant[0];
    for (size_t i = 0; i < all.size(); ++i) all[i] = !case_.constant[i];
    return {first, all};
  }

  struct Samples {
    int64_t from, count;
  };
  void slice(const Prepared& prepared, const std::vector<Operand>& whole, const std::vector<bool>& batched,
             Samples s) const {
    const int64_t batch = op_.out[0].dims[0];
    const auto cut = [&](const Operand& from) {
      TensorDesc d = from.desc();
      d.dims[0] = s.count;
      Operand result(d, Guarded::At::kEnd);
      const size_t sample = from.memory().bytes() / static_cast<size_t>(batch);
      if (sample > 0)
        std::memcpy(result.memory().data(), from.memory().data() + sample * static_cast<size_t>(s.from),
                    result.memory().bytes());
      return result;
    };
    std::vector<Operand> in, out;
    std::vector<View> inViews, outViews;
    for (size_t i = 0; i < in_.size(); ++i) {
      if (batched[i]) in.push_back(cut(in_[i]));
      inViews.push_back(batched[i] ? in.back().view() : inputView(i, in_[i]));
    }
    for (const Operand& y : whole) {
      TensorDesc d = y.desc();
      d.dims[0] = s.count;
      out.emplace_back(d, Guarded::At::kEnd);
      outViews.push_back(out.back().view());
    }
    OneThread one(1, false);
    prepared.run(one, inViews.data(), outViews.data());
    for (size_t i = 0; i < out.size(); ++i)
      if (!sameBytes(out[i], cut(whole[i])))
        return fail("other bits for samples alone, from " + std::to_string(s.from));
  }

  const Case& case_;
  Op op_;
  std::vector<Operand> in_;
};

void tryMany(const char* name, int count, Make make, Precision precision) {
  if (!cpuBackend().supports(precision)) return std::printf("%s: skipped\n", name), void();
  Random random(20260101);
  int skipped = 0;
  for (int i = 0; i < count; ++i) {
    Case c = make(random);
    // What the reference would take too long for.
    while (flopsOf(c.make()) > 3e6) c = make(random);
    c.precision = precision;
    Trial trial(c, random.next());
    if (!trial.supported()) {
      ++skipped;
      continue;
    }
    trial.check();
  }
  if (skipped > 0) std::printf("%s: %d of %d left to the reference\n", name, skipped, count);
}

/// This program, in a process that runs no more than these instructions: the choice is made once per process.
bool runCapped(const char* isa, const char* bf16, std::vector<char*> arguments) {
  std::printf("LAYERWISE_MAX_ISA=%s LAYERWISE_MAX_BF16=%s\n", isa, bf16);
  std::fflush(stdout);
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    setenv("LAYERWISE_MAX_ISA", isa, 1);
    setenv("LAYERWISE_MAX_BF16", bf16, 1);
    execv("/proc/self/exe", arguments.data());
    _exit(127);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return status == 0;
}

int runEveryIsa(int argc, char** argv) {
  const std::vector<char*> arguments(argv, argv + argc);
  bool good = true;
  for (int isa = 0; isa <= static_cast<int>(cpuInfo().best); ++isa)
    good = runCapped(isaName(static_cast<Isa>(isa)), "amx", arguments) && good;
  char only[] = "bfloat16";
  if (cpuInfo().bf16 == Bf16Isa::kAmx && argc == 1)
    good = runCapped(isaName(cpuInfo().best), "avx512bf16", {argv[0], only}) && good;
  return good ? 0 : 1;
}

#define AGAINST_REFERENCE(name, count, make) \
  TEST(name) { tryMany(name, count, make, Precision::kFloat32); }
#define IN_BFLOAT16(name, count, make) \
  TEST("bfloat16: " name) { tryMany("bfloat16: " name, count, make, Precision::kBfloat16); }

/// Mostly with weights that are known.
Case bf16Conv(Random& random, ConvKind kind) {
  Case c = convCase(random, kind);
  c.constant[1] = c.constant[1] || random.chance(0.7);
  c.spec.drop("algorithm");
  return c;
}

}  // namespace

AGAINST_REFERENCE("conv", 250, [](Random& r) { return convCase(r, {4}); })
AGAINST_REFERENCE("conv, pointwise", 60, [](Random& r) { return convCase(r, {1}); })
AGAINST_REFERENCE("conv, few channels", 250, [](Random& r) { return convCase(r, {5, Channels::kFew}); })
AGAINST_REFERENCE("conv, depthwise", 250, [](Random& r) { return convCase(r, {5, Channels::kOfDepthwise}); })
AGAINST_REFERENCE("conv, 3x3 of stride 1", 80, [](Random& r) {
  return convCase(r, {3, Channels::kAny, true});
})
AGAINST_REFERENCE("conv, deep, with a residual", 80, [](Random& r) {
  return convCase(r, {3, Channels::kDeep});
})
AGAINST_REFERENCE("convTranspose", 150, convTransposeCase)
AGAINST_REFERENCE("pool", 250, poolCase)
AGAINST_REFERENCE("adaptivePool", 100, adaptivePoolCase)
AGAINST_REFERENCE("matmul", 300, matmulCase)
AGAINST_REFERENCE("unary", 300, unaryCase)
AGAINST_REFERENCE("binary", 400, binaryCase)
AGAINST_REFERENCE("select", 100, selectCase)
AGAINST_REFERENCE("reduce", 300, reduceCase)
AGAINST_REFERENCE("softmax", 100, softmaxCase)
AGAINST_REFERENCE("normalize", 100, normalizeCase)
AGAINST_REFERENCE("scaleShift", 80, scaleShiftCase)
AGAINST_REFERENCE("copy", 300, copyCase)
AGAINST_REFERENCE("concat", 150, concatCase)
AGAINST_REFERENCE("pad", 200, padCase)
AGAINST_REFERENCE("gather", 150, gatherCase)
AGAINST_REFERENCE("cast", 150, castCase)

IN_BFLOAT16("conv", 300, [](Random& r) { return bf16Conv(r, {4}); })
IN_BFLOAT16("conv, pointwise", 100, [](Random& r) { return bf16Conv(r, {1}); })
IN_BFLOAT16("conv, depthwise", 30, [](Random& r) { return bf16Conv(r, {5, Channels::kOfDepthwise}); })
IN_BFLOAT16("conv, 3x3 of stride 1", 80, [](Random& r) { return bf16Conv(r, {3, Channels::kAny, true}); })
IN_BFLOAT16("matmul", 400, matmulCase)
IN_BFLOAT16("convTranspose", 30, convTransposeCase)

TEST("gather: an index out of range is an error at run, on this backend too") {
  const Spec spec{"gather", {{"axis", 0.0}}, {f32({3, 2}), desc(DType::kInt32, {1})}, {f32({1, 2})}};
  const Op op = spec.make();
  if (!cpuBackend().supports(op)) return;
  for (int32_t bad : {3, -4, 2147483647, -2147483647 - 1}) {
    std::vector<Operand> in = makeAll(op.in, Guarded::At::kEnd), out = makeAll(op.out, Guarded::At::kEnd);
    in[1].put(0, bad);
    const View inViews[] = {in[0].view(), in[1].view()}, outViews[] = {out[0].view()};
    TestStore store;
    OneThread one(1, false);
    EXPECT_ERROR(Code::kArgument, "out of range",
                 (prepareOn(cpuBackend(), op, in, {false, false}, store)->run(one, inViews, outViews), 0));
  }
}

/// Takes a part of a test's name, such as `conv`.
int main(int argc, char** argv) {
  if (std::getenv("LAYERWISE_MAX_ISA") == nullptr) return runEveryIsa(argc, argv);
  struct sigaction action {};
  action.sa_handler = onFault;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
  ThreadPool::instance().setThreads(3);
  const int status = runAll(argc > 1 ? argv[1] : nullptr);
  ThreadPool::instance().shutdown();
  return status;
}
