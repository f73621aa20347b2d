#include "ops/conv_transpose.h"

#include "ops/check.h"
#include "ops/spatial.h"

namespace lw {

Params makeConvTranspose(const Attrs& attrs, const std::vector<TensorDesc>& in,
                         const std::vector<TensorDesc>& out) {
  checkCounts(in, {2, 3}, out, {1, 1});
  const Dims& x = in[0].dims;
  const Dims& w = in[1].dims;
  const Dims& y = out[0].dims;
  const int s = spatialRank(x);
  checkFloat("x", in[0].dtype);
  checkDType("w", in[1].dtype, in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  check(w.rank() == s + 2, Code::kShape, "w must be [...kernel, filters / groups, channels]. Received x=", x,
        ", w=", w);
  check(y.rank() == s + 2 && y[0] == x[0], Code::kShape,
        "out must be [batch, ...spatial, filters]. Received x=", x, ", out=", y);

  ConvTransposeParams p;
  p.inChannels = x.back();
  p.outChannels = y.back();
  p.groups = attrs.integer("groups", 1, kMaxExtent);
  check(p.inChannels > 0 && p.outChannels > 0, Code::kShape,
        "channels and filters must be positive. Received x=", x, ", out=", y);
  check(p.inChannels % p.groups == 0 && p.outChannels % p.groups == 0, Code::kShape,
        "groups must divide channels and filters. Received channels=", p.inChannels,
        ", filters=", p.outChannels, ", groups=", p.groups);
  check(w.back() == p.inChannels && w[s] == p.outChannels / p.groups, Code::kShape,
        "w must be [...kernel, filters / groups, channels]. Received w=", w, ", channels=", p.inChannels,
        ", filters=", p.outChannels, ", groups=", p.groups);

  p.in = spatialDims(x, 1, s);
  p.out = spatialDims(y, 1, s);
  p.kernel = spatialDims(w, 0, s);
  check(nonEmpty(p.kernel), Code::kShape, "the kernel must not be empty. Received w=", w);
  p.strides = spatialAttr(attrs, "strides", s, 1, 1);
  p.dilations = spatialAttr(attrs, "dilations", s, 1, 1);
  p.padBegin = spatialAttr(attrs, "padBegin", s, 0, 0);
  for (int i = 0; i < 3; ++i) {
    // Kernels compute i * stride + k * dilation: it must stay a number, wherever it points.
    if (p.in[i] > 0) checkedAdd(checkedMul(p.in[i], p.strides[i]), checkedMul(p.kernel[i], p.dilations[i]));
  }
  check(!nonEmpty(p.out) || nonEmpty(p.in), Code::kShape,
        "the input is empty and the output is not. Received input=", spatialList(p.in),
        ", output=", spatialList(p.out));

  p.hasBias = in.size() == 3;
  if (p.hasBias) {
    checkDType("bias", in[2].dtype, in[0].dtype);
    checkDims("bias", in[2].dims, Dims{p.outChannels});
  }
  p.activation = attrs.activation();
  return p;
}

}  // namespace lw
