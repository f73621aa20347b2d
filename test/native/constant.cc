#include <cstring>

#include "backend/backend.h"
#include "check.h"

using lw::Buffer;
using lw::Constant;
using lw::TensorDesc;
using lw::View;

int main() {
  constexpr size_t kBytes = size_t{8} << 20;
  int made = 0;
  const TensorDesc desc{lw::DType::kUInt8, {static_cast<int64_t>(kBytes)}};
  const Constant derived("derived", desc, [&] {
    ++made;
    Buffer buffer(kBytes);
    std::memset(buffer.data(), 7, kBytes);
    return buffer;
  });
  const int64_t before = lw::allocatedBytes();
  CHECK(made == 0);
  CHECK(derived.view().as<std::byte>()[kBytes - 1] == std::byte{7});
  CHECK(derived.view().data != nullptr && made == 1);
  CHECK(lw::allocatedBytes() >= before + static_cast<int64_t>(kBytes));

  // What was folded for one node is not kept until the plan is made.
  derived.release();
  CHECK(lw::allocatedBytes() == before);
  CHECK(derived.view().as<std::byte>()[0] == std::byte{7});
  CHECK(made == 2);

  // What is not the constant's own stays.
  std::byte data[4] = {};
  const Constant given("given", View{data, lw::DType::kUInt8, {4}});
  given.release();
  CHECK(given.view().data == data);
  return lw::test::failures;
}
