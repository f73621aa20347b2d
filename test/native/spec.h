#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ops/op.h"

namespace lw::test {

using List = std::vector<double>;
using AttrList = std::vector<std::pair<std::string, Attrs::Value>>;

inline TensorDesc f32(Dims dims) { return {DType::kFloat32, dims}; }
inline TensorDesc desc(DType dtype, Dims dims) { return {dtype, dims}; }

/// A node before it is verified.
struct Spec {
  std::string op;
  AttrList attrs;
  std::vector<TensorDesc> in, out;

  Spec& set(const std::string& name, Attrs::Value value) {
    for (auto& [key, old] : attrs)
      if (key == name) return old = std::move(value), *this;
    attrs.emplace_back(name, std::move(value));
    return *this;
  }
  Spec& drop(const std::string& name) {
    std::erase_if(attrs, [&](const auto& attr) { return attr.first == name; });
    return *this;
  }
  Op make() const {
    Attrs all;
    for (const auto& [name, value] : attrs) all.set(name, value);
    return makeOp(op, all, in, out);
  }
  /// The geometry in one line, for messages.
  std::string toString() const {
    std::string text = op;
    for (const auto& [name, value] : attrs) {
      text += " " + name + "=";
      if (const auto* list = std::get_if<List>(&value)) {
        for (double item : *list) text += std::to_string(static_cast<int64_t>(item)) + ",";
      } else if (const auto* word = std::get_if<std::string>(&value)) {
        text += *word;
      } else if (const auto* flag = std::get_if<bool>(&value)) {
        text += *flag ? "true" : "false";
      } else {
        text += std::to_string(std::get<double>(value));
      }
    }
    for (const TensorDesc& x : in) text += std::string(" ") + dtypeName(x.dtype) + x.dims.toString();
    text += " ->";
    for (const TensorDesc& y : out) text += std::string(" ") + dtypeName(y.dtype) + y.dims.toString();
    return text;
  }
};

}  // namespace lw::test
