// Whole plans on the device against the CPU's: uploads and downloads, activations in the device's arena, the
// run that is recorded and those that are replayed, several at a time. Compiled for the host, or with nvcc
// for the GPU.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>

#include "backend/cuda/cuda_backend.h"
#include "backend/cuda/queue.h"
#include "backend/device.h"
#include "harness.h"
#include "plan/plan.h"
#include "random_case.h"

using namespace lw;
using namespace lw::test;

namespace {

Attrs attrs(const AttrList& list) {
  Attrs all;
  for (const auto& [name, value] : list) all.set(name, value);
  return all;
}

/// 3x3, with as large an output; the window of 2 x 2 without padding.
NodeDesc sameConv(const char* label, std::vector<int> in, int out) {
  const List one{1, 1};
  const AttrList list{
      {"strides", one}, {"dilations", one}, {"padBegin", one}, {"padEnd", one}, {"groups", 1.0}};
  return {"conv", label, attrs(list), std::move(in), {out}};
}
NodeDesc maxPool(int in, int out) {
  const List two{2, 2}, none{0, 0};
  const AttrList list{{"mode", word("max")},     {"window", two},    {"strides", two},
                      {"dilations", List{1, 1}}, {"padBegin", none}, {"padEnd", none}};
  return {"pool", "", attrs(list), {in}, {out}};
}

/// x [batch, 9, 9, 3] -> conv 3x3 + bias + relu -> maxPool -> flatten -> product + bias, and the pooled map
/// too.
struct Net {
  static constexpr int64_t kFilters = 10, kUnits = 7, kFlat = 4 * 4 * kFilters;
  int64_t batch;
  std::vector<float> kernel, bias, dense, offset;
  GraphDesc desc;

  explicit Net(int64_t n) : batch(n) {
    Random random(7);
    const auto fill = [&](std::vector<float>& to, int64_t count) {
      for (int64_t i = 0; i < count; ++i) to.push_back(static_cast<float>(random.uniform(-1, 1)));
    };
    fill(kernel, 27 * kFilters), fill(bias, kFilters), fill(dense, kFlat * kUnits), fill(offset, kUnits);
    desc.values = {
        f32({n, 9, 9, 3}),        f32({3, 3, 3, kFilters}), f32({kFilters}),      f32({n, 9, 9, kFilters}),
        f32({n, 4, 4, kFilters}), f32({n, kFlat}),          f32({kFlat, kUnits}), f32({kUnits}),
        f32({n, kUnits})};
    desc.inputs = {0}, desc.outputs = {8, 4};
    desc.constants = {
        {1, 1, kernel.data()}, {2, 2, bias.data()}, {6, 3, dense.data()}, {7, 4, offset.data()}};
    NodeDesc first = sameConv("first", {0, 1, 2}, 3);
    first.attrs.set("activation", word("relu"));
    desc.nodes = {first,
                  maxPool(3, 4),
                  {"reshape", "", attrs({}), {4}, {5}},
                  {"matmul", "head", attrs({}), {5, 6, 7}, {8}}};
  }
};

struct Result {
  std::vector<float> scores, map;
};

Result run(const Plan& plan, int64_t batch, const std::vector<float>& x, NodeTimes* times = nullptr) {
  Result result{std::vector<float>(static_cast<size_t>(batch * Net::kUnits)),
                std::vector<float>(static_cast<size_t>(batch * Net::kFlat))};
  plan.run({x.data()}, {result.scores.data(), result.map.data()}, nullptr, times);
  return result;
}

std::vector<float> images(int64_t batch, uint64_t seed) {
  Random random(seed);
  std::vector<float> x;
  for (int64_t i = 0; i < batch * 9 * 9 * 3; ++i) x.push_back(static_cast<float>(random.uniform(-1, 1)));
  return x;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = a.size() == b.size() ? 0 : 1e9;
  for (size_t i = 0; i < a.size() && i < b.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

struct Pair {
  Net net;
  std::shared_ptr<MapStore> store = std::make_shared<MapStore>();
  Plan cpu, device;
  explicit Pair(int64_t batch)
      : net(batch),
        cpu(net.desc, Target{referenceBackend()}, std::make_shared<MapStore>(), batch),
        device(net.desc, Target{cudaBackend()}, store, batch) {}
};

/// x [batch, 9, 9, 3] -> conv 3x3 + relu -> maxPool -> conv 3x3 + relu, added to the pooled map -> flatten ->
/// product -> softmax. Inside lie the values 3, 4, 6, 7 (by whose ops bfloat16 is stored), and 8 (not by
/// softmax).
struct Residual {
  static constexpr int64_t kFilters = 16, kUnits = 10, kFlat = 4 * 4 * kFilters;
  std::vector<float> first, second, dense;
  GraphDesc desc;

  explicit Residual(int64_t n) {
    Random random(8);
    // Rows of absolute values that sum up to about one: errors stay as large as they are.
    const auto fill = [&](std::vector<float>& to, int64_t terms, int64_t columns) {
      for (int64_t i = 0; i < terms * columns; ++i)
        to.push_back(static_cast<float>(random.uniform(-2, 2) / static_cast<double>(terms)));
    };
    fill(first, 27, kFilters), fill(second, 9 * kFilters, kFilters), fill(dense, kFlat, kUnits);
    const TensorDesc map = f32({n, 4, 4, kFilters}), flat = f32({n, kFlat}), units = f32({n, kUnits});
    desc.values = {f32({n, 9, 9, 3}),
                   f32({3, 3, 3, kFilters}),
                   f32({3, 3, kFilters, kFilters}),
                   f32({n, 9, 9, kFilters}),
                   map,
                   map,
                   map,
                   flat,
                   units,
                   f32({kFlat, kUnits}),
                   units,
                   map};
    desc.inputs = {0}, desc.outputs = {10};
    desc.constants = {{1, 1, first.data()}, {2, 2, second.data()}, {9, 3, dense.data()}};
    NodeDesc stem = sameConv("", {0, 1}, 3);
    stem.attrs.set("activation", word("relu"));
    desc.nodes = {stem,
                  maxPool(3, 4),
                  sameConv("", {4, 2}, 5),
                  {"binary", "", attrs({{"fn", word("add")}}), {4, 5}, {11}},
                  {"unary", "", attrs({{"fn", word("relu")}, {"alpha", 0.0}, {"beta", 0.0}}), {11}, {6}},
                  {"reshape", "", attrs({}), {6}, {7}},
                  {"matmul", "", attrs({}), {7, 9}, {8}},
                  {"softmax", "", attrs({{"axis", 1.0}}), {8}, {10}}};
  }
  std::vector<float> run(const Plan& plan, int64_t batch, const std::vector<float>& x) const {
    std::vector<float> y(static_cast<size_t>(batch * kUnits));
    plan.run({x.data()}, {y.data()}, nullptr);
    return y;
  }
};

/// Of the absolute values of a matrix, in a column.
double largestSum(const std::vector<float>& matrix, int64_t columns) {
  std::vector<double> sums(static_cast<size_t>(columns), 0);
  for (size_t i = 0; i < matrix.size(); ++i)
    sums[i % sums.size()] += std::abs(static_cast<double>(matrix[i]));
  return *std::max_element(sums.begin(), sums.end());
}

}  // namespace

TEST("a plan of bfloat16 stores inner values as such, and agrees with the one of float32") {
  const int64_t batch = 5;
  const Residual net(batch);
  const auto store = std::make_shared<MapStore>();
  const Plan exact(net.desc, Target{cudaBackend()}, store, batch);
  const Plan half(net.desc, Target{cudaBackend(), Precision::kBfloat16}, store, batch);
  // Half a unit of 8 bits for each factor that is rounded and each value that is stored. Images are at
  // most 1.
  constexpr double kHalf = 0x1p-8;
  const double first = largestSum(net.first, Residual::kFilters);
  const double second = largestSum(net.second, Residual::kFilters),
               dense = largestSum(net.dense, Residual::kUnits);
  const double stem = 3 * kHalf * first, pooled = first + stem;
  const double added = second * (stem + kHalf * pooled) + stem + kHalf * (second + 1) * pooled;
  const double scores = dense * (added + kHalf * ((second + 1) * pooled + added));
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const std::vector<float> x = images(batch, seed);
    const std::vector<float> expected = net.run(exact, batch, x), got = net.run(half, batch, x);
    EXPECT(expected != got);
    for (size_t i = 0; i < got.size(); ++i)
      EXPECT(std::abs(std::log(static_cast<double>(got[i]) / static_cast<double>(expected[i]))) <
             2 * scores + 1e-5);
    EXPECT(net.run(half, batch, x) == got);
  }
  EXPECT(half.arenaBytes() < exact.arenaBytes());
  const std::vector<NodeInfo> nodes = half.describe();
  EXPECT(nodes.size() == 6);
  constexpr int64_t kMap = 5 * 4 * 4 * Residual::kFilters, kWide = 5 * 9 * 9 * Residual::kFilters;
  EXPECT(nodes[0].bytes == 4 * (5 * 9 * 9 * 3 + 27 * Residual::kFilters) + 2 * kWide);
  EXPECT(nodes[1].bytes == 2 * (kWide + kMap));
  EXPECT(nodes[2].bytes == 2 * 3 * kMap + 4 * 9 * Residual::kFilters * Residual::kFilters);
  EXPECT(nodes[3].algorithm == "alias" && nodes[3].bytes == 0);
  EXPECT(nodes[4].bytes == 2 * kMap + 4 * (Residual::kFlat + 5) * Residual::kUnits);
}

TEST("a plan of bfloat16: a sample has the same bits in every batch, as an output values stay float32") {
  Residual one(1), five(5);
  one.desc.outputs = {10, 4}, five.desc.outputs = {10, 4};  // the pooled map leaves, and may not be narrow
  const auto store = std::make_shared<MapStore>();
  const Target target{cudaBackend(), Precision::kBfloat16};
  const Plan alone(one.desc, target, store, 1), all(five.desc, target, store, 5);
  const std::vector<float> x = images(5, 3);
  const size_t size = static_cast<size_t>(Residual::kFlat);
  std::vector<float> y(5 * Residual::kUnits), map(5 * size), y1(Residual::kUnits), map1(size);
  all.run({x.data()}, {y.data(), map.data()}, nullptr);
  bool isFine = false;
  for (size_t i = 0; i < 5; ++i)
    for (int repeat = 0; repeat < 3; ++repeat) {
      alone.run({x.data() + i * 243}, {y1.data(), map1.data()}, nullptr);
      EXPECT(std::equal(y1.begin(), y1.end(), y.begin() + static_cast<std::ptrdiff_t>(i * Residual::kUnits)));
      EXPECT(std::equal(map1.begin(), map1.end(), map.begin() + static_cast<std::ptrdiff_t>(i * size)));
      for (const float value : map1) {
        uint32_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        isFine = isFine || (bits & 0xffff) != 0;
      }
    }
  EXPECT(!isFine);  // a maximum of values that were stored as bfloat16
}

TEST("a plan on the device: the first run, the recorded one and replays agree with the reference") {
  for (const int64_t batch : {1, 5}) {
    const Pair plans(batch);
    EXPECT(plans.device.onDevice() && !plans.cpu.onDevice());
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      const std::vector<float> x = images(batch, seed);
      const Result expected = run(plans.cpu, batch, x), got = run(plans.device, batch, x);
      EXPECT(distance(expected.scores, got.scores) < 2e-4);
      EXPECT(distance(expected.map, got.map) < 2e-5);
    }
  }
}

TEST("a plan on the device: a sample has the same bits in every batch and run") {
  const Pair one(1), five(5);
  const std::vector<float> x = images(5, 3);
  const Result all = run(five.device, 5, x);
  for (int repeat = 0; repeat < 3; ++repeat)
    for (int64_t i = 0; i < 5; ++i) {
      const Result alone = run(one.device, 1, {x.begin() + i * 243, x.begin() + (i + 1) * 243});
      for (int64_t j = 0; j < Net::kUnits; ++j)
        EXPECT(alone.scores[static_cast<size_t>(j)] == all.scores[static_cast<size_t>(i * Net::kUnits + j)]);
    }
}

TEST("a plan on the device: runs at the same time do not disturb each other") {
  const Pair plans(5);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      const std::vector<float> x = images(5, 10 + t);
      const Result expected = run(plans.cpu, 5, x);
      for (int i = 0; i < 6; ++i) wrong += distance(expected.scores, run(plans.device, 5, x).scores) > 2e-4;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT(wrong == 0);
}

TEST("a plan on the device: profiles time each node, aborted runs stop, the next run is right") {
  const Pair plans(5);
  const std::vector<float> x = images(5, 4);
  const Result expected = run(plans.cpu, 5, x);
  NodeTimes times(plans.device.nodes());
  EXPECT(distance(expected.scores, run(plans.device, 5, x, &times).scores) < 2e-4);
  const std::atomic<bool> cancelled{true};
  std::vector<float> scores(35), map(5 * Net::kFlat);
  EXPECT_ERROR(Code::kAborted, "aborted",
               (plans.device.run({x.data()}, {scores.data(), map.data()}, &cancelled), 0));
  for (int i = 0; i < 3; ++i) EXPECT(distance(expected.scores, run(plans.device, 5, x).scores) < 2e-4);
}

TEST("a plan on the device: weights are packed once for all batch sizes of a model") {
  Net first(1), second(5);
  const auto store = std::make_shared<MapStore>();
  const Plan one(first.desc, Target{cudaBackend()}, store, 1);
  const int64_t bytes = store->bytes();
  EXPECT(bytes > 0);
  const Plan five(second.desc, Target{cudaBackend()}, store, 5);
  EXPECT(store->bytes() == bytes);
}

TEST("a plan on the device: what it takes there goes back with it") {
  const int64_t before = cuda::usedBytes();
  {
    const Pair plans(5);
    run(plans.device, 5, images(5, 1));
    EXPECT(cuda::usedBytes() > before);
  }
  EXPECT(cuda::usedBytes() == before);
}

namespace {

/// Values in the memory of the device, `skip` elements behind the begin of an allocation.
struct There {
  Buffer memory;
  size_t count, skip;
  There(const std::vector<float>& values, size_t skipped)
      : memory(cuda::device().allocate((values.size() + skipped) * sizeof(float))),
        count(values.size()),
        skip(skipped) {
    cuda::device().write(data(), values.data(), count * sizeof(float));
  }
  float* data() const { return memory.as<float>() + skip; }
  std::vector<float> values() const {
    std::vector<float> result(count);
    cuda::device().read(result.data(), data(), count * sizeof(float));
    return result;
  }
};

}  // namespace

TEST("a plan on the device: operands that lie there give the same bits, in every run, wherever they lie") {
  const Pair plans(5);
  const std::vector<float> x = images(5, 6);
  const Result expected = run(plans.device, 5, x);
  for (const size_t skip : {0, 1, 64}) {
    const There in(x, skip);
    for (int repeat = 0; repeat < 4; ++repeat) {
      const There scores(std::vector<float>(35), skip), map(std::vector<float>(5 * Net::kFlat), skip);
      plans.device.run({in.data()}, {scores.data(), map.data()}, nullptr, nullptr, {{true}, {true, true}});
      EXPECT(scores.values() == expected.scores && map.values() == expected.map);
      Result mixed = {std::vector<float>(35), std::vector<float>(5 * Net::kFlat)};
      plans.device.run({in.data()}, {mixed.scores.data(), map.data()}, nullptr, nullptr,
                       {{true}, {false, true}});
      EXPECT(mixed.scores == expected.scores && map.values() == expected.map);
      EXPECT(run(plans.device, 5, x).scores == expected.scores);
    }
    EXPECT(in.values() == x);
  }
  std::vector<float> scores(35), map(5 * Net::kFlat);
  EXPECT_ERROR(Code::kDevice, "lies on a device",
               (plans.cpu.run({x.data()}, {scores.data(), map.data()}, nullptr, nullptr, {{true}, {}}), 0));
}

TEST(
    "a plan of one node on the device computes where its operands lie, and copies what kernels cannot read") {
  GraphDesc desc;
  desc.values = {f32({3, 50}), f32({}), f32({3, 50})};
  desc.inputs = {0, 1}, desc.outputs = {2};
  desc.nodes = {{"binary", "sum", attrs({{"fn", word("add")}}), {0, 1}, {2}}};
  const Plan plan(desc, Target{cudaBackend()}, std::make_shared<MapStore>(), 0);
  const std::vector<float> x = images(1, 1), few(x.begin(), x.begin() + 150);
  const float one = 1;
  for (const size_t skip : {0, 3}) {
    const There in(few, skip), out(few, skip), scalar({one}, skip);
    const auto sum = [&] {
      const std::vector<float> got = out.values();
      for (size_t i = 0; i < 150; ++i) EXPECT(got[i] == few[i] + one);
    };
    const int64_t before = cuda::usedBytes();
    for (int repeat = 0; repeat < 3; ++repeat) {
      plan.run({in.data(), scalar.data()}, {out.data()}, nullptr, nullptr, {{true, true}, {true}}), sum();
      if (skip == 0) EXPECT(cuda::usedBytes() == before);
    }
    // A number of this process beside them.
    plan.run({in.data(), &one}, {out.data()}, nullptr, nullptr, {{true, false}, {true}}), sum();
    std::vector<float> here(150);
    for (int repeat = 0; repeat < 3; ++repeat) plan.run({few.data(), &one}, {here.data()}, nullptr);
    EXPECT(here == out.values());
  }
}

int main(int argc, char** argv) { return runAll(argc > 1 ? argv[1] : nullptr); }
