#include "backend/cuda/doors.h"
#include "backend/cuda/map.h"
#include "backend/cuda/operand.h"

namespace lw::cuda {
namespace {

template <typename T>
struct Choose {
  template <class Body>
  LW_HD void with(const Body& body) const {
    body(*this);
  }
  LW_HD T operator()(uint8_t first, T a, T b) const { return first != 0 ? a : b; }
};

class Select : public Prepared {
 public:
  Select(const Op& op, const PrepareContext& context)
      : dtype_(op.out[0].dtype), cond_(context, 0), a_(context, 1), b_(context, 2) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    const Walk<3> walk = broadcastWalk<3>(out[0].dims, {&in[0].dims, &in[1].dims, &in[2].dims});
    bySize(dtype_, [&]<typename T>(T) {
      map(queue, Choose<T>{}, walk, out[0].as<T>(), cond_.get<uint8_t>(in), a_.get<T>(in), b_.get<T>(in));
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  DType dtype_;
  Operand cond_, a_, b_;
};

}  // namespace

std::unique_ptr<Prepared> prepareSelect(const Op& op, const PrepareContext& context) {
  return std::make_unique<Select>(op, context);
}

}  // namespace lw::cuda
