#pragma once

#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "backend/backend.h"
#include "guarded.h"
#include "spec.h"

namespace lw::test {

/// The nearest of 8 bits, ties to even.
inline uint16_t bfloat16(float x) {
  if (std::isnan(x)) return 0x7fff;
  const uint32_t bits = std::bit_cast<uint32_t>(x), below = bits & 0xffff;
  const bool up = below > 0x8000 || (below == 0x8000 && (bits & 0x10000) != 0);
  return static_cast<uint16_t>((bits >> 16) + (up ? 1 : 0));
}

/// A value in guarded memory.
class Operand {
 public:
  Operand(TensorDesc desc, Guarded::At at)
      : desc_(std::move(desc)), memory_(static_cast<size_t>(desc_.bytes()), at) {}

  View view() const { return {memory_.data(), desc_.dtype, desc_.dims}; }
  const TensorDesc& desc() const { return desc_; }
  const Guarded& memory() const { return memory_; }
  int64_t size() const { return desc_.size(); }
  double get(int64_t i) const {
    switch (desc_.dtype) {
      case DType::kFloat32:
        return static_cast<double>(as<float>()[i]);
      case DType::kBfloat16:
        return static_cast<double>(std::bit_cast<float>(uint32_t{as<uint16_t>()[i]} << 16));
      case DType::kFloat64:
        return as<double>()[i];
      case DType::kInt32:
        return as<int32_t>()[i];
      case DType::kInt64:
        return static_cast<double>(as<int64_t>()[i]);
      default:
        return as<uint8_t>()[i];
    }
  }
  void put(int64_t i, double value) {
    switch (desc_.dtype) {
      case DType::kFloat32:
        as<float>()[i] = static_cast<float>(value);
        break;
      case DType::kBfloat16:
        as<uint16_t>()[i] = bfloat16(static_cast<float>(value));
        break;
      case DType::kFloat64:
        as<double>()[i] = value;
        break;
      case DType::kInt32:
        as<int32_t>()[i] = static_cast<int32_t>(value);
        break;
      case DType::kInt64:
        as<int64_t>()[i] = static_cast<int64_t>(value);
        break;
      default:
        as<uint8_t>()[i] = static_cast<uint8_t>(value);
    }
  }
  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(memory_.data());
  }

 private:
  TensorDesc desc_;
  Guarded memory_;
};

class TestStore : public Store {
 public:
  std::shared_ptr<const Buffer> get(const std::string& key, const std::function<Buffer()>& make) override {
    auto& entry = entries_[key];
    if (!entry) entry = std::make_shared<const Buffer>(make());
    return entry;
  }

 private:
  std::map<std::string, std::shared_ptr<const Buffer>> entries_;
};

/// Tasks one after the other, forwards or backwards, with the concurrency it is told to claim.
class OneThread : public RunContext {
 public:
  OneThread(int concurrency, bool backwards) : concurrency_(concurrency), backwards_(backwards) {}
  void parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body) override {
    for (int64_t i = 0; i < tasks; ++i) body(backwards_ ? tasks - 1 - i : i);
  }
  int concurrency() const override { return concurrency_; }

 private:
  int concurrency_;
  bool backwards_;
};

/// Prepares on any backend; inputs whose flag is set are weights, known at prepare and gone at run.
inline std::unique_ptr<Prepared> prepareOn(const Backend& backend, const Op& op,
                                           const std::vector<Operand>& in, const std::vector<bool>& constant,
                                           TestStore& store, Precision precision = Precision::kFloat32) {
  std::vector<Constant> constants;
  for (size_t i = 0; i < in.size(); ++i) constants.emplace_back("input" + std::to_string(i), in[i].view());
  PrepareContext context;
  for (size_t i = 0; i < in.size(); ++i) context.constants.push_back(constant[i] ? &constants[i] : nullptr);
  context.store = &store;
  context.precision = precision;
  return backend.prepare(op, context);
}

/// The output of an op on the reference backend, from and to plain numbers.
inline std::vector<double> evaluate(const Spec& spec, const std::vector<std::vector<double>>& inputs,
                                    size_t output = 0) {
  const Op op = spec.make();
  std::vector<Operand> in, out;
  std::vector<View> inViews, outViews;
  for (size_t i = 0; i < inputs.size(); ++i) {
    in.emplace_back(spec.in[i], Guarded::At::kEnd);
    require(static_cast<int64_t>(inputs[i].size()) == in[i].size(), Code::kArgument,
            "evaluate: wrong number of values");
    for (size_t j = 0; j < inputs[i].size(); ++j) in[i].put(static_cast<int64_t>(j), inputs[i][j]);
    inViews.push_back(in[i].view());
  }
  for (const TensorDesc& y : spec.out) {
    out.emplace_back(y, Guarded::At::kEnd);
    outViews.push_back(out.back().view());
  }
  TestStore store;
  OneThread context(1, false);
  prepareOn(referenceBackend(), op, in, std::vector<bool>(in.size(), false), store)
      ->run(context, inViews.data(), outViews.data());
  std::vector<double> result;
  for (int64_t i = 0; i < out[output].size(); ++i) result.push_back(out[output].get(i));
  return result;
}

}  // namespace lw::test
