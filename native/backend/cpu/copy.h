#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsCopy(const Op& op);
std::unique_ptr<Prepared> prepareCopy(const Op& op, const PrepareContext& context);

}  // namespace lw
