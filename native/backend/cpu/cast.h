#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsCast(const Op& op);
std::unique_ptr<Prepared> prepareCast(const Op& op, const PrepareContext& context);

}  // namespace lw
