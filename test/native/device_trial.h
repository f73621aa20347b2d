#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "backend/cuda/cuda_backend.h"
#include "backend/device.h"
#include "harness.h"
#include "random_case.h"
#include "run_op.h"

/// Ops on the device against the reference.
namespace lw::test {

inline constexpr size_t kSlack = 256;  ///< bytes on both sides of a value, which nobody may write

inline Device& device() { return *cudaBackend().device(); }

/// A value on the device, `shift` elements behind the alignment that an allocation has.
class Remote {
 public:
  Remote(const Operand& from, size_t shift)
      : bytes_(from.memory().bytes()),
        at_(kSlack + shift * sizeOf(from.desc().dtype)),
        memory_(device().allocate(at_ + bytes_ + kSlack)),
        image_(at_ + bytes_ + kSlack, std::byte{0x5a}) {
    if (bytes_ > 0) std::memcpy(image_.data() + at_, from.memory().data(), bytes_);
    device().write(memory_.data(), image_.data(), image_.size());
    view_ = {memory_.data() + at_, from.desc().dtype, from.desc().dims};
  }
  const View& view() const { return view_; }
  /// Whether it is as it was, but for the value itself when that may change; `to` takes the value.
  bool fetch(Queue& queue, bool mayChange, Operand* to) const {
    std::vector<std::byte> now(image_.size());
    queue.download(now.data(), memory_.data(), now.size());
    queue.wait("a test");
    if (to != nullptr && bytes_ > 0) std::memcpy(to->memory().data(), now.data() + at_, bytes_);
    if (mayChange && bytes_ > 0) std::memcpy(now.data() + at_, image_.data() + at_, bytes_);
    return now == image_;
  }

 private:
  size_t bytes_, at_;
  Buffer memory_;
  std::vector<std::byte> image_;
  View view_;
};

/// A case on the device against the reference, on other alignments, in place, and a sample by itself.
class Trial {
 public:
  Trial(const Case& c, uint64_t seed, const Backend& backend = cudaBackend())
      : case_(c), plain_(c.make()), op_(stored(c)), backend_(backend) {
    for (const TensorDesc& d : op_.in) in_.emplace_back(d, Guarded::At::kEnd);
    for (const TensorDesc& d : plain_.in) plainIn_.emplace_back(d, Guarded::At::kEnd);
    Random random(seed);
    for (size_t i = 0; i < in_.size(); ++i)
      for (int64_t j = 0; j < in_[i].size(); ++j) {
        in_[i].put(j, c.value(random, i));
        plainIn_[i].put(j, in_[i].get(j));
      }
  }
  bool supported() const { return backend_.supports(op_); }

  void check() {
    TestStore store;
    const auto prepared = prepareOn(backend_, op_, in_, case_.constant, store, case_.precision);
    const auto queue = device().open();
    std::vector<Operand> expected = makeOutputs(plain_);
    TestStore referenceStore;
    OneThread one(1, false);
    std::vector<View> in, out;
    for (const Operand& x : plainIn_) in.push_back(x.view());
    for (const Operand& y : expected) out.push_back(y.view());
    prepareOn(referenceBackend(), plain_, plainIn_, case_.constant, referenceStore)
        ->run(one, in.data(), out.data());

    const std::vector<Operand> got = run(*prepared, *queue, 0);
    for (size_t i = 0; i < got.size(); ++i) compare(got[i], expected[i], prepared->algorithm());
    // Whether accesses are wide depends on where the operands lie; the bits do not.
    const std::vector<Operand> shifted = run(*prepared, *queue, 1);
    for (size_t i = 0; i < got.size(); ++i)
      if (!same(got[i], shifted[i]))
        fail("other bits for operands at another alignment", prepared->algorithm());
    checkInPlace(*prepared, *queue, got);
    checkSample(*prepared, *queue, got);
  }

 private:
  /// The op with its operands as they lie.
  static Op stored(const Case& c) {
    Op op = c.make();
    for (size_t i = 0; i < c.half.size(); ++i)
      if (c.half[i]) (i < op.in.size() ? op.in[i] : op.out[i - op.in.size()]).dtype = DType::kBfloat16;
    return op;
  }
  static std::vector<Operand> makeOutputs(const Op& op) {
    std::vector<Operand> result;
    for (const TensorDesc& d : op.out) result.emplace_back(d, Guarded::At::kEnd);
    return result;
  }
  static bool same(const Operand& a, const Operand& b) {
    return a.memory().bytes() == 0 ||
           std::memcmp(a.memory().data(), b.memory().data(), a.memory().bytes()) == 0;
  }
  void fail(const std::string& what, const char* algorithm) const {
    std::string half;
    for (size_t i = 0; i < case_.half.size(); ++i)
      if (case_.half[i]) half += " " + std::to_string(i);
    expectAt("device_trial.h", 0, false,
             what + ": " + algorithm + ": " + case_.spec.toString() +
                 (case_.residual ? " with residual" : "") +
                 (half.empty() ? "" : " of bfloat16 operands" + half));
  }

  std::vector<Operand> run(const Prepared& prepared, Queue& queue, size_t shift) const {
    std::vector<Operand> result = makeOutputs(op_);
    std::vector<Remote> in, out;
    std::vector<View> inViews, outViews;
    for (size_t i = 0; i < in_.size(); ++i) {
      in.emplace_back(in_[i], shift);
      inViews.push_back(in[i].view());
      if (case_.constant[i]) inViews.back().data = nullptr;
    }
    for (const Operand& y : result) {
      out.emplace_back(y, shift);
      outViews.push_back(out.back().view());
    }
    if (result[0].size() > 0) prepared.run(queue, inViews.data(), outViews.data());
    queue.wait("a test");
    for (const Remote& x : in)
      if (!x.fetch(queue, false, nullptr)) fail("an input was written to", prepared.algorithm());
    for (size_t i = 0; i < out.size(); ++i)
      if (!out[i].fetch(queue, true, &result[i])) fail("an output was left", prepared.algorithm());
    return result;
  }

  /// Over its first input an elementwise op, over its residual a convolution that says so.
  void checkInPlace(const Prepared& prepared, Queue& queue, const std::vector<Operand>& expected) const {
    const bool elementwise = op_.is<UnaryParams>() || op_.is<BinaryParams>();
    const size_t over = elementwise ? 0 : in_.size() - 1;
    if (!elementwise && !(case_.residual && prepared.writesOverResidual())) return;
    if (case_.constant[over] || op_.in[over].dtype != op_.out[0].dtype ||
        !(op_.in[over].dims == op_.out[0].dims) || expected[0].size() == 0)
      return;
    std::vector<Remote> in;
    std::vector<View> views;
    for (size_t i = 0; i < in_.size(); ++i) {
      in.emplace_back(in_[i], 0);
      views.push_back(in[i].view());
      if (case_.constant[i]) views.back().data = nullptr;
    }
    prepared.run(queue, views.data(), &views[over]);
    Operand got(op_.out[0], Guarded::At::kEnd);
    if (!in[over].fetch(queue, true, &got) || !same(got, expected[0]))
      fail("other bits in place", prepared.algorithm());
  }

  /// The last sample by itself gives the bits that it has in the batch.
  void checkSample(const Prepared& prepared, Queue& queue, const std::vector<Operand>& expected) const {
    const auto isBatched = [&](size_t i) {
      const Dims &x = in_[i].desc().dims, &y = op_.out[0].dims;
      return !case_.constant[i] && x.rank() == y.rank() && x.rank() > 0 && x[0] == y[0];
    };
    std::vector<bool> batched;
    for (size_t i = 0; i < in_.size(); ++i) batched.push_back(isBatched(i));
    if (expected[0].size() == 0 || op_.out[0].dims.rank() == 0 || op_.out[0].dims[0] < 2) return;
    if (!splitsByBatch(op_, batched)) return;
    const auto last = [](const View& view) {
      const size_t bytes = static_cast<size_t>(view.size()) * sizeOf(view.dtype);
      View sample = view;
      sample.dims[0] = 1;
      sample.data = view.as<std::byte>() + bytes - bytes / static_cast<size_t>(view.dims[0]);
      return sample;
    };
    std::vector<Remote> in, out;
    std::vector<View> inViews, outViews;
    for (size_t i = 0; i < in_.size(); ++i) {
      in.emplace_back(in_[i], 0);
      inViews.push_back(batched[i] ? last(in[i].view()) : in[i].view());
      if (case_.constant[i]) inViews.back().data = nullptr;
    }
    for (const Operand& y : expected) {
      out.emplace_back(y, 0);  // so that the other samples are right already
      outViews.push_back(last(out.back().view()));
      queue.upload(outViews.back().data,
                   std::vector<std::byte>(bytesOf(outViews.back()), std::byte{0x5a}).data(),
                   bytesOf(outViews.back()));
    }
    prepared.run(queue, inViews.data(), outViews.data());
    for (size_t i = 0; i < out.size(); ++i) {
      Operand got(op_.out[i], Guarded::At::kEnd);
      if (!out[i].fetch(queue, true, &got) || !same(got, expected[i]))
        fail("other bits for a sample by itself", prepared.algorithm());
    }
  }
  static size_t bytesOf(const View& view) { return static_cast<size_t>(view.size()) * sizeOf(view.dtype); }

  void compare(const Operand& got, const Operand& expected, const char* algorithm) const {
    const DType dtype = got.desc().dtype;
    // Factors rounded to 8 or 11 bits of precision are each off by half a unit of those.
    const bool low = op_.is<ConvParams>() || op_.is<MatmulParams>();
    const double factor = !low || !isSingle(dtype)             ? 0
                          : std::strstr(algorithm, "bfloat16") ? 0x1p-8
                          : std::strstr(algorithm, " tf32")    ? 0x1p-11
                                                               : 0;
    const double eps = isSingle(dtype) ? 0x1p-23 : isFloat(dtype) ? 0x1p-52 : 0;
    for (int64_t i = 0; i < got.size(); ++i) {
      const double p = got.get(i), q = expected.get(i);
      double allowed =
          eps * ((case_.terms + 8) * case_.scale + 16 * std::abs(q)) + 2 * factor * case_.terms * case_.scale;
      // Stored to the nearest of 8 bits: off by half a unit of those.
      if (dtype == DType::kBfloat16) allowed += 0x1p-8 * (std::abs(q) + allowed);
      const bool close = std::isfinite(q) && std::abs(p - q) <= allowed;
      if (p == q || close || (std::isnan(p) && std::isnan(q))) continue;
      char text[200];
      std::snprintf(text, sizeof text, "element %lld is %.9g, expected %.9g within %.3g",
                    static_cast<long long>(i), p, q, allowed);
      return fail(text, algorithm);
    }
  }

  const Case& case_;
  Op plain_, op_;
  const Backend& backend_;
  std::vector<Operand> in_, plainIn_;
};

}  // namespace lw::test
