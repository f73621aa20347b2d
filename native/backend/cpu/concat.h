#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsConcat(const Op& op);
std::unique_ptr<Prepared> prepareConcat(const Op& op, const PrepareContext& context);

}  // namespace lw
