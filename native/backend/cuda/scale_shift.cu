#include "backend/cuda/doors.h"
#include "backend/cuda/mixed_map.h"

namespace lw::cuda {
namespace {

template <typename T>
struct ScaleAndShift {
  template <class Body>
  LW_HD void with(const Body& body) const {
    body(*this);
  }
  LW_HD T operator()(T x, T scale, T shift) const { return x * scale + shift; }
};

class ScaleShift : public Prepared {
 public:
  ScaleShift(const Op& op, const PrepareContext& context)
      : axis_(op.as<ScaleShiftParams>().axis),
        dtype_(op.out[0].dtype),
        mixed_(isMixed(op)),
        x_(context, 0),
        scale_(context, 1),
        shift_(context, 2) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    const Dims& dims = out[0].dims;
    const int64_t inner = dims.product(axis_ + 1, dims.rank());
    Walk<3> walk;
    walk.push(dims.product(0, axis_), {dims[axis_] * inner, 0, 0});
    walk.push(dims[axis_], {inner, 1, 1});
    walk.push(inner, {1, 0, 0});
    if (mixed_)
      return mixedMap<OfElements<ScaleAndShift<float>>, 3>(
          queue, {}, walk, Numbers(out[0]),
          {x_.memory<Numbers>(in), scale_.memory<Numbers>(in), shift_.memory<Numbers>(in)});
    byFloat(dtype_, [&]<typename T>(T) {
      map(queue, ScaleAndShift<T>{}, walk, out[0].as<T>(), x_.get<T>(in), scale_.get<T>(in),
          shift_.get<T>(in));
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  int axis_;
  DType dtype_;
  bool mixed_;
  Operand x_, scale_, shift_;
};

}  // namespace

std::unique_ptr<Prepared> prepareScaleShift(const Op& op, const PrepareContext& context) {
  return std::make_unique<ScaleShift>(op, context);
}

Storage scaleShiftStorage(const Op& op, size_t) {
  return isSingle(op.in[0].dtype) ? Storage::kEither : Storage::kAsIs;
}

}  // namespace lw::cuda
