#include "backend/cuda/convert.h"
#include "backend/cuda/doors.h"
#include "backend/cuda/map.h"
#include "backend/cuda/operand.h"

namespace lw::cuda {
namespace {

template <typename To>
struct Convert {
  bool isBool;  ///< on either side: 0 or 1, whatever byte it was
  template <class Body>
  LW_HD void with(const Body& body) const {
    body(*this);
  }
  template <typename From>
  LW_HD To operator()(From x) const {
    return isBool ? static_cast<To>(x != From(0)) : convert<To>(x);
  }
};

class Cast : public Prepared {
 public:
  Cast(const Op& op, const PrepareContext& context)
      : from_(op.in[0].dtype), to_(op.out[0].dtype), x_(context, 0) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    const int64_t count = out[0].size();
    if (count == 0) return;
    if (from_ == to_ && to_ != DType::kBool)
      return queueOf(queue).copy(out[0].data, x_.get<std::byte>(in),
                                 static_cast<size_t>(count) * sizeOf(to_));
    const bool isBool = from_ == DType::kBool || to_ == DType::kBool;
    byType(from_, [&]<typename From>(From) {
      byType(to_, [&]<typename To>(To) {
        map(queue, Convert<To>{isBool}, flatWalk<1>(count), out[0].as<To>(), x_.get<From>(in));
      });
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  DType from_, to_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareCast(const Op& op, const PrepareContext& context) {
  return std::make_unique<Cast>(op, context);
}

}  // namespace lw::cuda
