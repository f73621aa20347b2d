// Ops whose operands lie as bfloat16 in the device's memory, in every mixture with float32, against the
// reference on the same numbers. As cuda_backend.cc, for the host or for the GPU.
#include <limits>

#include "device_trial.h"
#include "large_cases.h"
#include "other_cases.h"
#include "transpose_case.h"
#include "window_cases.h"

using namespace lw;
using namespace lw::test;

namespace {

using Make = Case (*)(Random&);

/// A mixture that the backend has kernels for; empty when there is none.
std::vector<bool> mixture(Random& random, const Case& c) {
  const Op op = c.make();
  std::vector<bool> half;
  const bool all = random.chance(0.3), alike = random.chance(0.9);
  for (size_t i = 0; i < op.in.size() + op.out.size(); ++i) {
    const bool isInput = i < op.in.size();
    const DType dtype = (isInput ? op.in[i] : op.out[i - op.in.size()]).dtype;
    const Storage storage = cudaBackend().storage(op, i);
    const bool may = dtype == DType::kFloat32 && (!isInput || !c.constant[i]);
    if (storage == Storage::kAlike && !may) return {};
    const bool chosen = storage == Storage::kAlike    ? alike
                        : storage == Storage::kEither ? all || random.chance(0.6)
                                                      : false;
    half.push_back(may && chosen);
  }
  if (std::find(half.begin(), half.end(), true) == half.end()) return {};
  return half;
}

void tryStored(int count, Make make, double mostFlops = 3e6) {
  Random random(20261201);
  for (int left = count, tries = 0; left > 0; ++tries) {
    require(tries < 100 * count, Code::kState, "no case has a kernel for bfloat16");
    Case c = make(random);
    if (flopsOf(c.make()) > mostFlops) continue;
    c.precision = Precision::kBfloat16;
    c.half = mixture(random, c);
    if (c.half.empty()) continue;
    Trial(c, random.next()).check();
    --left;
  }
}

Case evenConv(Random& random) {
  const int64_t batch = random.integer(1, 3), height = random.integer(3, 9), width = random.integer(3, 9);
  // By 16 bytes, 4 bytes, or one by one.
  const int64_t channels = random.pick<int64_t>({8, 16, 24, 40, 64, 2, 6, 12, 20, 34, 7, 11, 33});
  const int64_t filters = random.pick<int64_t>({8, 9, 12, 16, 31, 64, 72});
  return sameConv(random, {batch, height, width, channels}, filters);
}

}  // namespace

TEST("bfloat16 in memory: conv") {
  tryStored(60, [](Random& r) { return convCase(r, {4}); });
}
TEST("bfloat16 in memory: conv of all widths of copies") { tryStored(40, evenConv, 8e6); }
TEST("bfloat16 in memory: pointwise conv") {
  tryStored(30, [](Random& r) { return convCase(r, {1}); });
}
TEST("bfloat16 in memory: deep conv") {
  tryStored(20, [](Random& r) { return convCase(r, {3, Channels::kDeep}); });
}
TEST("bfloat16 in memory: conv of depthwise") {
  tryStored(200, [](Random& r) { return convCase(r, {7, Channels::kOfDepthwise}); });
}
TEST("bfloat16 in memory: large tiles") { tryStored(1, largeTiles, 1e9); }
TEST("bfloat16 in memory: middle tiles") { tryStored(1, middleTiles, 1e9); }
TEST("bfloat16 in memory: sums of splits") { tryStored(1, splitSums, 1e9); }
TEST("bfloat16 in memory: matmul") { tryStored(80, matmulCase); }
TEST("bfloat16 in memory: pool") { tryStored(300, poolCase); }
TEST("bfloat16 in memory: adaptivePool") {
  tryStored(60, [](Random& r) {
    Case c = adaptivePoolCase(r);
    Dims& y = c.spec.out[0].dims;
    for (int i = 1; i + 1 < y.rank(); ++i) {
      c.terms *= c.spec.out.size() == 1 ? number(c.spec.in[0].dims[i]) : 1;
      y[i] = 1;
    }
    c.spec.out.resize(1);
    return c;
  });
}
TEST("bfloat16 in memory: reduce") { tryStored(300, reduceCase); }
TEST("bfloat16 in memory: unary") { tryStored(300, unaryCase); }
TEST("bfloat16 in memory: binary") { tryStored(300, binaryCase); }
TEST("bfloat16 in memory: scaleShift") { tryStored(100, scaleShiftCase); }
TEST("bfloat16 in memory: concat") { tryStored(60, concatCase); }
TEST("bfloat16 in memory: pad") { tryStored(100, padCase); }
TEST("bfloat16 in memory: copy") { tryStored(100, copyCase); }
TEST("bfloat16 in memory: copy to another order") { tryStored(80, transposeCase); }

TEST("bfloat16 in memory: stored to the nearest, ties to even; NaN and infinity stay") {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<std::pair<float, float>> stored = {{1, 1},
                                                       {0x1.01p0f, 1},
                                                       {0x1.01002p0f, 0x1.02p0f},
                                                       {0x1.03p0f, 0x1.04p0f},
                                                       {-0x1.03p0f, -0x1.04p0f},
                                                       {inf, inf},
                                                       {-inf, -inf},
                                                       {nan, nan},
                                                       {0x1.fffffep127f, inf},
                                                       {0x1p-130f, 0x1p-130f},
                                                       {-0.0f, -0.0f},
                                                       {0x1.fffp-3f, 0x1p-2f}};
  Op op = Spec{"unary", {{"fn", word("identity")}}, {f32({12})}, {f32({12})}}.make();
  op.out[0].dtype = DType::kBfloat16;
  std::vector<Operand> in, out;
  in.emplace_back(op.in[0], Guarded::At::kEnd), out.emplace_back(op.out[0], Guarded::At::kEnd);
  for (size_t i = 0; i < stored.size(); ++i)
    in[0].put(static_cast<int64_t>(i), static_cast<double>(stored[i].first));
  const auto queue = device().open();
  const Remote x(in[0], 0), y(out[0], 0);
  TestStore store;
  prepareOn(cudaBackend(), op, in, {false}, store)->run(*queue, &x.view(), &y.view());
  EXPECT(y.fetch(*queue, true, &out[0]));
  for (size_t i = 0; i < stored.size(); ++i) {
    const double got = out[0].get(static_cast<int64_t>(i)), expected = static_cast<double>(stored[i].second);
    EXPECT(got == expected ? std::signbit(got) == std::signbit(expected)
                           : std::isnan(got) && std::isnan(expected));
  }
}

TEST("bfloat16 in memory: an op without kernels for it refuses") {
  Op op = Spec{"softmax", {{"axis", 1.0}}, {f32({2, 3})}, {f32({2, 3})}}.make();
  op.in[0].dtype = DType::kBfloat16;
  TestStore store;
  PrepareContext context{{nullptr}, &store, Precision::kBfloat16};
  EXPECT_ERROR(Code::kState, "no kernel for it", cudaBackend().prepare(op, context));
}

int main(int argc, char** argv) { return runAll(argc > 1 ? argv[1] : nullptr); }
