#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsUnary(const Op& op);
std::unique_ptr<Prepared> prepareUnary(const Op& op, const PrepareContext& context);

}  // namespace lw
