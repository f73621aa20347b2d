#pragma once

#include <stdexcept>
#include <string>

namespace lw {

/// The stable codes of lib/errors.ts.
enum class Code { kShape, kDType, kArgument, kDevice, kState, kFormat, kNative, kAborted };

const char* codeName(Code code);

/// The only exception that native code throws on purpose; the binding turns it into a JavaScript Error with
/// `code`.
class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}
  Code code() const { return code_; }

 private:
  Code code_;
};

/// Throws Error(code, message) unless the condition holds. The message is a literal: build longer ones at the
/// call.
inline void require(bool condition, Code code, const char* message) {
  if (!condition) [[unlikely]]
    throw Error(code, message);
}

}  // namespace lw
