#pragma once

#include <cstddef>
#include <cstdint>

#include "base/dims.h"

namespace lw {

/// kBfloat16: a float32 value inside a plan that lies in memory rounded to the upper half of its bits. A
/// graph never has it; a plan gives it to values whose ops have kernels for it (Backend::storage).
enum class DType : uint8_t { kFloat32, kFloat64, kInt32, kInt64, kUInt8, kBool, kBfloat16 };

inline size_t sizeOf(DType dtype) {
  switch (dtype) {
    case DType::kFloat64:
    case DType::kInt64:
      return 8;
    case DType::kFloat32:
    case DType::kInt32:
      return 4;
    case DType::kBfloat16:
      return 2;
    case DType::kUInt8:
    case DType::kBool:
      return 1;
  }
  return 1;
}

inline bool isFloat(DType dtype) { return dtype == DType::kFloat32 || dtype == DType::kFloat64; }
/// float32, however it lies in memory.
inline bool isSingle(DType dtype) { return dtype == DType::kFloat32 || dtype == DType::kBfloat16; }
const char* dtypeName(DType dtype);

/// What a value is, without where it is.
struct TensorDesc {
  DType dtype = DType::kFloat32;
  Dims dims;

  int64_t size() const { return dims.size(); }
  int64_t bytes() const { return checkedMul(size(), static_cast<int64_t>(sizeOf(dtype))); }
};

/// A contiguous row-major tensor in somebody else's memory.
struct View {
  void* data = nullptr;
  DType dtype = DType::kFloat32;
  Dims dims;

  int64_t size() const { return dims.size(); }
  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
};

}  // namespace lw
