#include "ops/matmul.h"

#include "ops/check.h"

namespace lw {

Params makeMatmul(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {2, 3}, out, {1, 1});
  const Dims& a = in[0].dims;
  const Dims& b = in[1].dims;
  checkFloat("a", in[0].dtype);
  checkDType("b", in[1].dtype, in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  check(a.rank() >= 2 && b.rank() >= 2, Code::kShape,
        "both operands must have at least 2 dimensions. Received a=", a, ", b=", b);

  MatmulParams p;
  p.transposeA = attrs.boolean("transposeA", false);
  p.transposeB = attrs.boolean("transposeB", false);
  const int64_t rowsA = a[a.rank() - 2], rowsB = b[b.rank() - 2];
  p.M = p.transposeA ? a.back() : rowsA;
  p.K = p.transposeA ? rowsA : a.back();
  p.N = p.transposeB ? rowsB : b.back();
  const int64_t innerB = p.transposeB ? b.back() : rowsB;
  check(p.K == innerB, Code::kShape, "the inner dimensions differ. Received a=", a, ", b=", b, ": ", p.K,
        " and ", innerB);

  Dims expected = broadcast(Dims(std::span(a.begin(), a.end() - 2)), Dims(std::span(b.begin(), b.end() - 2)));
  expected.push(p.M);
  expected.push(p.N);
  checkDims("out", out[0].dims, expected);

  p.hasBias = in.size() == 3;
  if (p.hasBias) {
    checkDType("bias", in[2].dtype, in[0].dtype);
    checkDims("bias", in[2].dims, Dims{p.N});
  }
  p.activation = attrs.activation();
  return p;
}

}  // namespace lw
