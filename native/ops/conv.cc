#include "ops/conv.h"

#include "ops/check.h"
#include "ops/spatial.h"

namespace lw {
namespace {

/// The last window of every axis must end inside the padded input: then no kernel reads beyond x but where it
/// sees padding.
void checkWindows(const ConvParams& p) {
  for (int i = 0; i < 3; ++i) {
    if (p.out[i] == 0) continue;
    const int64_t start = checkedMul(p.out[i] - 1, p.strides[i]);
    const int64_t span = checkedAdd(checkedMul(p.kernel[i] - 1, p.dilations[i]), 1);
    const int64_t padded = checkedAdd(checkedAdd(p.in[i], p.padBegin[i]), p.padEnd[i]);
    check(checkedAdd(start, span) <= padded, Code::kShape,
          "the last window ends after the padded input. Received input=", p.in[i], ", padding=[",
          p.padBegin[i], ", ", p.padEnd[i], "], kernel=", p.kernel[i], ", stride=", p.strides[i],
          ", dilation=", p.dilations[i], ", output=", p.out[i]);
  }
  check(!nonEmpty(p.out) || nonEmpty(p.in), Code::kShape,
        "the input is empty and the output is not. Received input=", spatialList(p.in),
        ", output=", spatialList(p.out));
}

}  // namespace

bool hasWinograd(const ConvParams& p) {
  const Spatial one{1, 1, 1};
  return p.strides == one && p.dilations == one && p.padBegin[0] == 0 && p.padEnd[0] == 0 &&
         (p.kernel == Spatial{1, 3, 3} || p.kernel == Spatial{1, 5, 5});
}

Params makeConv(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {2, 3}, out, {1, 1});
  const Dims& x = in[0].dims;
  const Dims& w = in[1].dims;
  const Dims& y = out[0].dims;
  const int s = spatialRank(x);
  checkFloat("x", in[0].dtype);
  checkDType("w", in[1].dtype, in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  check(w.rank() == s + 2, Code::kShape, "w must be [...kernel, channels / groups, filters]. Received x=", x,
        ", w=", w);
  check(y.rank() == s + 2 && y[0] == x[0], Code::kShape,
        "out must be [batch, ...spatial, filters]. Received x=", x, ", out=", y);

  ConvParams p;
  p.inChannels = x.back();
  p.outChannels = w.back();
  p.groups = attrs.integer("groups", 1, kMaxExtent);
  check(p.inChannels > 0 && p.outChannels > 0, Code::kShape,
        "channels and filters must be positive. Received x=", x, ", w=", w);
  check(p.inChannels % p.groups == 0 && p.outChannels % p.groups == 0, Code::kShape,
        "groups must divide channels and filters. Received channels=", p.inChannels,
        ", filters=", p.outChannels, ", groups=", p.groups);
  check(w[s] == p.inChannels / p.groups, Code::kShape,
        "w must have channels / groups input channels. Received w=", w, ", channels=", p.inChannels,
        ", groups=", p.groups);
  check(y.back() == p.outChannels, Code::kShape, "out must have one channel per filter. Received w=", w,
        ", out=", y);

  p.in = spatialDims(x, 1, s);
  p.out = spatialDims(y, 1, s);
  p.kernel = spatialDims(w, 0, s);
  check(nonEmpty(p.kernel), Code::kShape, "the kernel must not be empty. Received w=", w);
  p.strides = spatialAttr(attrs, "strides", s, 1, 1);
  p.dilations = spatialAttr(attrs, "dilations", s, 1, 1);
  p.padBegin = spatialAttr(attrs, "padBegin", s, 0, 0);
  p.padEnd = spatialAttr(attrs, "padEnd", s, 0, 0);
  checkWindows(p);

  p.hasBias = in.size() == 3;
  if (p.hasBias) {
    checkDType("bias", in[2].dtype, in[0].dtype);
    checkDims("bias", in[2].dims, Dims{p.outChannels});
  }
  p.activation = attrs.activation();
  if (attrs.has("algorithm")) {
    const std::string& algorithm = attrs.text("algorithm");
    check(algorithm == "auto" || algorithm == "direct" || algorithm == "winograd", Code::kArgument,
          "algorithm must be auto, direct or winograd. Received algorithm=", algorithm);
    if (algorithm == "direct") p.algorithm = ConvAlgorithm::kDirect;
    if (algorithm == "winograd") {
      check(hasWinograd(p) && in[0].dtype == DType::kFloat32, Code::kArgument,
            "algorithm winograd needs float32, a 3x3 or 5x5 kernel (no depth), strides and dilations of 1");
      p.algorithm = ConvAlgorithm::kWinograd;
    }
  }
  return p;
}

}  // namespace lw
