#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsPad(const Op& op);
std::unique_ptr<Prepared> preparePad(const Op& op, const PrepareContext& context);

}  // namespace lw
