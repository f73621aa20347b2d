#!/usr/bin/env bash
# All that a machine with a GPU can tell of the CUDA backend, in one go: scripts/check-cuda.sh [FOLDER FOR LOGS]
# Needs nvcc, CMake and, for the comparison, Python with PyTorch; no Node. Takes about ten minutes on 16 cores; SECONDS_EACH
# limits each step, and a step that fails does not keep the others from running. Ends with a line for each step.
set -u
cd "$(dirname "$0")/.." || exit 1
logs="${1:-results/cuda}"
mkdir -p "$logs"
limit="${SECONDS_EACH:-240}"
summary=()
status=0

step() { # NAME COMMAND...
  local name="$1" start=$SECONDS
  shift
  if timeout "$limit" "$@" >"$logs/$name.log" 2>&1; then
    summary+=("$name: passed ($((SECONDS - start)) s)")
  else
    summary+=("$name: FAILED with $? ($((SECONDS - start)) s)")
    status=1
    tail -n 5 "$logs/$name.log"
  fi
}

nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv,noheader | tee "$logs/gpu.txt"
arch="$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1 | tr -d .)"
generator=()
command -v ninja >/dev/null && generator=(-G Ninja)
targets=(layerwise_cuda test_cuda_backend test_cuda_stored layerwise_cuda_bench)
# The plan's tests bring the CPU's kernels along, which take Eigen.
[ -d native/vendor/eigen ] && targets+=(test_cuda_plan)

step configure cmake -S . -B build-cuda "${generator[@]}" -DLW_CUDA=ON -DLW_ADDON=OFF -DLW_BUILD_TESTS=ON \
  -DCMAKE_CUDA_ARCHITECTURES="$arch"
step build cmake --build build-cuda --parallel --target "${targets[@]}"
step ops build-cuda/test_cuda_backend
step ops-bfloat16 build-cuda/test_cuda_stored
[ -x build-cuda/test_cuda_plan ] && step plans build-cuda/test_cuda_plan
compare=(python3 bench/cuda/compare.py build-cuda/layerwise_cuda_bench)
step bench-bfloat16 "${compare[@]}" --precision bfloat16 --json "$logs/bfloat16.json"
step bench-tf32 "${compare[@]}" --precision tf32 --json "$logs/tf32.json"
step bench-float32 "${compare[@]}" --precision float32 --json "$logs/float32.json"
step resnet50-pytorch "${compare[@]}" --resnet50 --precision tf32,bfloat16
sanitizer=(compute-sanitizer --error-exitcode 1)
if command -v compute-sanitizer >/dev/null; then
  step memcheck-tensor "${sanitizer[@]}" --tool memcheck build-cuda/test_cuda_backend "tensor cores: sums"
  step racecheck-tensor "${sanitizer[@]}" --tool racecheck build-cuda/test_cuda_backend "tensor cores: sums"
  step memcheck-bfloat16 "${sanitizer[@]}" --tool memcheck build-cuda/test_cuda_stored
  step racecheck-bfloat16 "${sanitizer[@]}" --tool racecheck build-cuda/test_cuda_stored "sums of splits"
  step racecheck-plain "${sanitizer[@]}" --tool racecheck build-cuda/test_cuda_backend "plain cores: many"
  step racecheck-softmax "${sanitizer[@]}" --tool racecheck build-cuda/test_cuda_backend softmax
  step racecheck-normalize "${sanitizer[@]}" --tool racecheck build-cuda/test_cuda_backend normalize
  step racecheck-reduce "${sanitizer[@]}" --tool racecheck build-cuda/test_cuda_backend reduce
  step racecheck-copy "${sanitizer[@]}" --tool racecheck build-cuda/test_cuda_backend "copy to another"
  step memcheck "${sanitizer[@]}" --tool memcheck build-cuda/test_cuda_backend
fi
printf '%s\n' "${summary[@]}" | tee "$logs/summary.txt"
exit "$status"
