#include "backend/cuda_library.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>

#if defined(__linux__)
#include <dlfcn.h>
#endif

namespace lw {
namespace {

#if defined(__linux__)

std::filesystem::path libraryFile() {
  if (const char* asked = std::getenv("LAYERWISE_CUDA_LIBRARY"); asked != nullptr && *asked != 0)
    return asked;
  Dl_info here{};
  if (dladdr(reinterpret_cast<const void*>(&cudaLibrary), &here) == 0 || here.dli_fname == nullptr) return {};
  return std::filesystem::path(here.dli_fname).parent_path() / "liblayerwise_cuda.so";
}

CudaLibrary& openLibrary() {
  const std::filesystem::path file = libraryFile();
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    throw Error(
        Code::kDevice,
        "cuda: this build has no CUDA backend: " + file.filename().string() +
            " is not beside the addon. Build it in a checkout, with nvcc 12.8 or newer: npm run build:cuda.");
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    throw Error(Code::kDevice, "cuda: " + file.filename().string() + " does not load: " + dlerror() + ".");
  const auto open = reinterpret_cast<OpenCuda>(dlsym(handle, "layerwiseCuda"));
  CudaLibrary* library = open == nullptr ? nullptr : open(CudaLayout{});
  if (library == nullptr) {
    dlclose(handle);
    throw Error(Code::kDevice,
                "cuda: " + file.filename().string() +
                    " was built from other sources than the addon. Build it again: npm run build:cuda.");
  }
  return *library;
}

#else

CudaLibrary& openLibrary() { throw Error(Code::kDevice, "cuda: the CUDA backend runs on Linux only."); }

#endif

}  // namespace

CudaLibrary& cudaLibrary() {
  static std::mutex mutex;
  static CudaLibrary* opened = nullptr;
  std::lock_guard lock(mutex);
  if (opened == nullptr) opened = &openLibrary();
  return *opened;
}

}  // namespace lw
