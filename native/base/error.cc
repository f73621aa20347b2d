#include "base/error.h"

namespace lw {

const char* codeName(Code code) {
  switch (code) {
    case Code::kShape:
      return "ERR_SHAPE";
    case Code::kDType:
      return "ERR_DTYPE";
    case Code::kArgument:
      return "ERR_ARGUMENT";
    case Code::kDevice:
      return "ERR_DEVICE";
    case Code::kState:
      return "ERR_STATE";
    case Code::kFormat:
      return "ERR_FORMAT";
    case Code::kNative:
      return "ERR_NATIVE";
    case Code::kAborted:
      return "ERR_ABORTED";
  }
  return "ERR_NATIVE";
}

}  // namespace lw
