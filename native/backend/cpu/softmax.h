#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsSoftmax(const Op& op);
std::unique_ptr<Prepared> prepareSoftmax(const Op& op, const PrepareContext& context);

}  // namespace lw
