#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsBinary(const Op& op);
std::unique_ptr<Prepared> prepareBinary(const Op& op, const PrepareContext& context);

}  // namespace lw
