#include "base/buffer.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "check.h"

using lw::Buffer;
using lw::Code;
using lw::test::throws;

int main() {
  Buffer buffer(100);
  CHECK(reinterpret_cast<uintptr_t>(buffer.data()) % 64 == 0);
  CHECK(buffer.bytes() >= 100);

  // Asking for what is there already costs nothing: the steady state of a plan.
  const int64_t allocations = lw::allocationCount();
  std::byte* const data = buffer.data();
  for (int i = 0; i < 1000; ++i) CHECK(buffer.ensure(100) == data);
  CHECK(lw::allocationCount() == allocations);
  buffer.ensure(1 << 20);
  CHECK(lw::allocationCount() > allocations);

  // Small, in pages of the system, and in large ones: all of it can be written.
  for (const size_t size : {size_t{1}, size_t{300} << 10, (size_t{9} << 20) + 1}) {
    Buffer sized(size);
    CHECK(reinterpret_cast<uintptr_t>(sized.data()) % 64 == 0);
    std::memset(sized.data(), 1, sized.bytes());
    CHECK(sized.data()[size - 1] == std::byte{1});
  }

  const int64_t bytes = lw::allocatedBytes();
  {
    Buffer moved(std::move(buffer));
    CHECK(moved.bytes() >= 1 << 20);
    CHECK(lw::allocatedBytes() == bytes);
  }
  CHECK(lw::allocatedBytes() < bytes);

  // Memory from elsewhere goes back there, once, and is not counted.
  static int released = 0;
  static std::byte elsewhere[8];
  const int64_t counted = lw::allocatedBytes();
  {
    Buffer adopted =
        Buffer::adopt(elsewhere, 8, [](std::byte* p, size_t n) { released += p == elsewhere && n == 8; });
    CHECK(adopted.ensure(8) == elsewhere);
    CHECK(throws(Code::kState, [&] { adopted.ensure(9); }));
    Buffer moved(std::move(adopted)), assigned;
    assigned = std::move(moved);
    CHECK(released == 0 && lw::allocatedBytes() == counted);
  }
  CHECK(released == 1 && lw::allocatedBytes() == counted);

  CHECK(throws(Code::kNative, [] { Buffer huge(SIZE_MAX / 2); }));
  return lw::test::failures;
}
