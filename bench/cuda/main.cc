// Times ops of the CUDA backend on the GPU: a line of standard input each, a line of JSON on standard output.
//
//   ID OP PRECISION [name=1,2,...] [name=word] in=SIZES [in=SIZES:c] out=SIZES
//
// The attributes are the op's, `:c` marks a weight that is known beforehand. Operand j holds value(j, i) at
// i, so that another program can make the same ones. In bfloat16 all operands lie so for which the op has
// kernels, as inside a plan. compare.py writes the lines, and reads the answers.
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <sstream>

#include "backend/cuda/cuda_backend.h"
#include "backend/device.h"

using namespace lw;

namespace {

constexpr size_t kFar =
    size_t{512} << 20;        ///< bytes that rotating operands take together: no cache holds them
constexpr int kSamples = 64;  ///< of the answer, that are printed
constexpr int kRounds = 7;
constexpr double kRoundMs = 20;

/// In [-0.5, 0.5), the same in compare.py.
float value(uint32_t operand, uint32_t i) {
  uint32_t x = i * 2654435761u + operand * 40503u;
  x ^= x >> 15, x *= 2246822519u, x ^= x >> 13;
  return static_cast<float>(x >> 8) * 0x1p-24f - 0.5f;
}

class OneStore : public Store {
 public:
  std::shared_ptr<const Buffer> get(const std::string& key, const std::function<Buffer()>& make) override {
    auto& entry = entries_[key];
    if (!entry) entry = std::make_shared<const Buffer>(make());
    return entry;
  }

 private:
  std::map<std::string, std::shared_ptr<const Buffer>> entries_;
};

struct Work {
  std::string id, op;
  Precision precision = Precision::kFloat32;
  Attrs attrs;
  std::vector<TensorDesc> in, out;
  std::vector<bool> constant;
};

std::vector<double> numbers(const std::string& text) {
  std::vector<double> result;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');) result.push_back(std::stod(item));
  return result;
}

TensorDesc describe(const std::string& sizes) {
  TensorDesc desc;
  for (const double size : numbers(sizes)) desc.dims.push(static_cast<int64_t>(size));
  return desc;
}

Work parse(const std::string& line) {
  Work work;
  std::istringstream stream(line);
  std::string precision, item;
  stream >> work.id >> work.op >> precision;
  if (precision == "tf32") work.precision = Precision::kTf32;
  if (precision == "bfloat16") work.precision = Precision::kBfloat16;
  while (stream >> item) {
    const std::string name = item.substr(0, item.find('=')), text = item.substr(item.find('=') + 1);
    const bool list = text.find(',') != std::string::npos;
    if (name == "in") {
      work.constant.push_back(text.ends_with(":c"));
      work.in.push_back(describe(text.substr(0, text.find(':'))));
    } else if (name == "out") {
      work.out.push_back(describe(text));
    } else if (text == "true" || text == "false") {
      work.attrs.set(name, text == "true");
    } else if (list) {
      std::vector<double> values = numbers(text);
      work.attrs.set(name, values);
    } else if (std::isdigit(static_cast<unsigned char>(text[0])) != 0) {
      work.attrs.set(name, std::stod(text));
    } else {
      work.attrs.set(name, text);
    }
  }
  return work;
}

std::vector<float> made(uint32_t operand, int64_t size) {
  std::vector<float> data(static_cast<size_t>(size));
  for (size_t i = 0; i < data.size(); ++i) data[i] = value(operand, static_cast<uint32_t>(i));
  return data;
}

bool isHalf(const TensorDesc& desc) { return desc.dtype == DType::kBfloat16; }

/// Finite numbers as they lie.
std::vector<std::byte> laid(const TensorDesc& desc, const std::vector<float>& data) {
  std::vector<std::byte> result(static_cast<size_t>(desc.bytes()));
  if (!isHalf(desc)) {
    std::memcpy(result.data(), data.data(), result.size());
    return result;
  }
  for (size_t i = 0; i < data.size(); ++i) {
    const uint32_t bits = std::bit_cast<uint32_t>(data[i]);
    const uint16_t nearest = static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    std::memcpy(result.data() + 2 * i, &nearest, sizeof nearest);
  }
  return result;
}

float numberAt(const TensorDesc& desc, const std::vector<std::byte>& memory, size_t i) {
  float number = 0;
  if (isHalf(desc)) {
    uint16_t high = 0;
    std::memcpy(&high, memory.data() + 2 * i, sizeof high);
    return std::bit_cast<float>(uint32_t{high} << 16);
  }
  std::memcpy(&number, memory.data() + 4 * i, sizeof number);
  return number;
}

Op opOf(const Work& work) {
  Op op = makeOp(work.op, work.attrs, work.in, work.out);
  if (work.precision != Precision::kBfloat16) return op;
  std::vector<TensorDesc*> half;
  for (size_t i = 0; i < op.in.size() + op.out.size(); ++i) {
    const bool isInput = i < op.in.size();
    if (cudaBackend().storage(op, i) != Storage::kEither || (isInput && work.constant[i])) continue;
    half.push_back(isInput ? &op.in[i] : &op.out[i - op.in.size()]);
  }
  for (TensorDesc* desc : half) desc->dtype = DType::kBfloat16;
  return op;
}

/// Operands that take turns, so that none is in the cache from the time before.
struct Set {
  std::vector<Buffer> memory;
  std::vector<View> in, out;
};

class Job {
 public:
  explicit Job(const Work& work) : work_(work), op_(opOf(work)) {
    Device& device = *cudaBackend().device();
    queue_ = device.open();
    size_t bytes = 0;
    for (size_t i = 0; i < op_.in.size(); ++i)
      if (!work_.constant[i]) bytes += static_cast<size_t>(op_.in[i].bytes());
    for (const TensorDesc& y : op_.out) bytes += static_cast<size_t>(y.bytes());
    bytes_ = bytes;
    prepare();
    const size_t sets = std::clamp<size_t>(kFar / std::max<size_t>(bytes, 1), 2, 64);
    for (size_t s = 0; s < sets; ++s) sets_.push_back(makeSet(device));
  }

  void report() {
    for (int i = 0; i < 3; ++i) run();
    queue_->wait(work_.id);
    std::vector<double> ms;
    int runs = 1;
    for (int round = 0; round < kRounds + 1;) {
      queue_->note();
      for (int i = 0; i < runs; ++i) run();
      queue_->note();
      queue_->wait(work_.id);
      const double spent = queue_->spent()[0];
      if (spent < kRoundMs && runs < 100000) {
        runs = std::max(runs + 1,
                        static_cast<int>(std::min(1e5, runs * 1.2 * kRoundMs / std::max(spent, 1e-3))));
        continue;
      }
      ms.push_back(spent / runs), ++round;
    }
    std::sort(ms.begin(), ms.end());
    std::printf(
        "{\"id\": \"%s\", \"precision\": \"%s\", \"algorithm\": \"%s\", \"ms\": %.6f, \"gflop\": %.6f, "
        "\"bytes\": %zu, \"samples\": [",
        work_.id.c_str(), precisionName(work_.precision), prepared_->algorithm(), ms[ms.size() / 2],
        flopsOf(op_) / 1e9, bytes_ + constantBytes_);
    const int64_t size = op_.out[0].size();
    std::vector<std::byte> y(static_cast<size_t>(op_.out[0].bytes()));
    queue_->download(y.data(), sets_[0].out[0].data, y.size());
    queue_->wait(work_.id);
    for (int64_t i = 0; i < kSamples; ++i)
      std::printf("%s%.9g", i == 0 ? "" : ", ",
                  static_cast<double>(numberAt(op_.out[0], y, static_cast<size_t>(size / kSamples * i))));
    std::printf("]}\n");
    std::fflush(stdout);
  }

 private:
  void prepare() {
    std::vector<std::vector<float>> data;
    std::vector<Constant> constants;
    for (size_t i = 0; i < op_.in.size(); ++i) {
      data.push_back(work_.constant[i] ? made(static_cast<uint32_t>(i), op_.in[i].size())
                                       : std::vector<float>{});
      constants.emplace_back(std::to_string(i), View{data[i].data(), op_.in[i].dtype, op_.in[i].dims});
      if (work_.constant[i]) constantBytes_ += static_cast<size_t>(op_.in[i].bytes());
    }
    PrepareContext context;
    for (size_t i = 0; i < op_.in.size(); ++i)
      context.constants.push_back(work_.constant[i] ? &constants[i] : nullptr);
    context.store = &store_;
    context.precision = work_.precision;
    prepared_ = cudaBackend().prepare(op_, context);
  }
  Set makeSet(Device& device) const {
    Set set;
    const auto add = [&](const TensorDesc& desc, std::vector<View>& views) -> Buffer& {
      set.memory.push_back(device.allocate(static_cast<size_t>(desc.bytes())));
      views.push_back({set.memory.back().data(), desc.dtype, desc.dims});
      return set.memory.back();
    };
    for (size_t i = 0; i < op_.in.size(); ++i) {
      if (work_.constant[i]) {
        set.in.push_back({nullptr, op_.in[i].dtype, op_.in[i].dims});
        continue;
      }
      const std::vector<std::byte> data = laid(op_.in[i], made(static_cast<uint32_t>(i), op_.in[i].size()));
      device.write(add(op_.in[i], set.in).data(), data.data(), data.size());
    }
    for (const TensorDesc& y : op_.out) add(y, set.out);
    return set;
  }
  void run() {
    const Set& set = sets_[turn_++ % sets_.size()];
    prepared_->run(*queue_, set.in.data(), set.out.data());
  }

  const Work& work_;
  Op op_;
  OneStore store_;
  std::unique_ptr<Queue> queue_;
  std::unique_ptr<Prepared> prepared_;
  std::vector<Set> sets_;
  size_t turn_ = 0, bytes_ = 0, constantBytes_ = 0;
};

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty()) continue;
    const Work work = parse(line);
    try {
      Job(work).report();
    } catch (const std::exception& error) {
      std::printf("{\"id\": \"%s\", \"error\": \"%s\"}\n", work.id.c_str(), error.what());
      std::fflush(stdout);
    }
  }
}
