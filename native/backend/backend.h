#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/lines.h"
#include "base/buffer.h"
#include "base/function_ref.h"
#include "base/view.h"
#include "ops/op.h"

namespace lw {

/// How float32 products are multiplied: as they are, or rounded to bfloat16 (8 bits of precision) or to
/// TensorFloat-32 (11 bits) and summed in float32. An op that has no such kernel computes in float32 either
/// way.
enum class Precision : uint8_t { kFloat32, kBfloat16, kTf32 };
const char* precisionName(Precision precision);

/// A weight while a plan is compiled. The data is only valid during `prepare`; what an op needs later it
/// packs into the store.
class Constant {
 public:
  Constant(std::string key, View view) : key_(std::move(key)), view_(view) {}
  Constant(std::string key, TensorDesc desc, std::function<Buffer()> make)
      : key_(std::move(key)), view_{nullptr, desc.dtype, desc.dims}, make_(std::move(make)) {}

  /// Names the data: equal keys within one store mean equal data. Empty: no name, never share.
  const std::string& key() const { return key_; }
  /// The data; derived constants (folded weights) are computed at the first call.
  const View& view() const {
    if (view_.data == nullptr && make_) {
      owned_ = make_();
      view_.data = owned_.data();
    }
    return view_;
  }
  /// Frees derived data; the next `view` computes it again.
  void release() const {
    if (!make_) return;
    view_.data = nullptr;
    owned_ = Buffer();
  }

 private:
  std::string key_;
  mutable View view_;
  mutable Buffer owned_;
  std::function<Buffer()> make_;
};

/// Packed weights, shared by the plans that a model compiles for different batch sizes.
class Store {
 public:
  virtual ~Store() = default;
  /// The buffer of that key, made by `make` when it is not there yet.
  virtual std::shared_ptr<const Buffer> get(const std::string& key, const std::function<Buffer()>& make) = 0;
};

/// What `prepare` may look at besides the op: which inputs are weights (null: comes at run time), and where
/// packed ones are kept.
struct PrepareContext {
  std::vector<const Constant*> constants;  ///< one per input
  Store* store = nullptr;                  ///< never null
  Precision precision = Precision::kFloat32;

  /// A copy of a constant input as it is, kept by the store.
  std::shared_ptr<const Buffer> keep(size_t input) const;
  /// A packed form of a constant input; `tag` names the layout.
  std::shared_ptr<const Buffer> pack(size_t input, const std::string& tag,
                                     const std::function<Buffer(const View&)>& pack) const;
};

/// What `run` may use. One per running plan and thread.
class RunContext {
 public:
  virtual ~RunContext() = default;
  /// Calls body(0 .. tasks-1). On all threads when the op has the machine to itself, one after the other on
  /// this thread inside a segment that is split by sample. Results must not depend on which: tasks are cut by
  /// geometry alone, never by thread count.
  virtual void parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body) = 0;
  /// How many tasks can run at the same time: for choosing a grain that has no influence on the bits of the
  /// result.
  virtual int concurrency() const = 0;
};

/// One task after the other on this thread.
class SerialContext : public RunContext {
 public:
  void parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body) override {
    for (int64_t task = 0; task < tasks; ++task) body(task);
  }
  int concurrency() const override { return 1; }
};

/// Memory of the calling thread, 64-byte aligned, grown on demand and kept between runs. Each slot is one
/// buffer: slots 0-3 belong to the body of a task, slots 4-7 to the op around parallelFor (tasks may share
/// the pointer), slot 8 to the plan.
std::byte* scratch(int slot, size_t bytes);
template <typename T>
T* scratchOf(int slot, int64_t count) {
  return reinterpret_cast<T*>(scratch(slot, static_cast<size_t>(count) * sizeof(T)));
}

/// An op made ready for its weights and geometry. Immutable: several threads may run it at once.
class Prepared {
 public:
  virtual ~Prepared() = default;
  /// One view per input and output, in the order of Op::in and Op::out. Dimension 0 may be smaller than in
  /// the Op where splitsByBatch holds: take the batch from the views, everything else from the parameters.
  /// Constant inputs have data == nullptr when they were packed or kept at prepare. Inputs never overlap
  /// outputs, except that an elementwise op (unary; binary whose first operand has the output's shape) may be
  /// given in[0].data == out[0].data, and a convolution that `writesOverResidual` its residual's data as
  /// out[0].data.
  virtual void run(RunContext& context, const View* in, const View* out) const = 0;
  /// Whether each element of a convolution's residual is read before that element of the output is first
  /// written, by the same task, and not after.
  virtual bool writesOverResidual() const { return false; }
  /// How it makes some lines of an image at a time; null when it makes whole images only.
  virtual const LineOp* byLines() const { return nullptr; }
  /// What was chosen, for planInfo and profiles: `gemm`, `depthwise`, `reference`...
  virtual const char* algorithm() const = 0;
};

class Device;

/// Whether an op has kernels that read or write an operand of float32 which lies as DType::kBfloat16.
enum class Storage : uint8_t {
  kAsIs,   ///< it has none
  kAlike,  ///< where all operands of the op that say so lie alike
  kEither  ///< whatever the others lie as
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual const char* name() const = 0;
  virtual bool supports(const Op& op) const = 0;
  virtual bool supports(Precision precision) const = 0;
  virtual std::unique_ptr<Prepared> prepare(const Op& op, const PrepareContext& context) const = 0;
  /// How an operand may lie in a plan of precision bfloat16: inputs, then outputs. Never by the batch, or a
  /// sample's bits would depend on it. An op is prepared with the dtypes that were chosen.
  virtual Storage storage(const Op&, size_t /*operand*/) const { return Storage::kAsIs; }
  /// Bytes that a run reads for each byte of constant weights: more than 1 when they are transformed, less
  /// when rounded.
  virtual double weightGrowth(const Op&, Precision) const { return 1; }
  /// Where views and packed weights lie, and what `run` is given a queue of; null: in this process's memory.
  virtual Device* device() const { return nullptr; }
};

/// What a plan is made for.
struct Target {
  const Backend& backend;
  Precision precision = Precision::kFloat32;
};

/// Naive loops with double accumulators: supports every op and dtype.
const Backend& referenceBackend();
/// Kernels for this machine's CPU.
const Backend& cpuBackend();

}  // namespace lw
