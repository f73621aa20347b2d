#pragma once

#include <napi.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.h"

namespace lw::js {

/// A plan and the input memory of its asynchronous runs, kept between runs.
struct PlanHandle {
  explicit PlanHandle(std::shared_ptr<const Plan> p) : plan(std::move(p)) {}
  std::vector<Buffer> takeInputs();
  void giveInputs(std::vector<Buffer> inputs);

  std::shared_ptr<const Plan> plan;

 private:
  std::mutex mutex_;
  std::vector<std::vector<Buffer>> idle_;
};

/// One asynchronous run. Its inputs are copies; its outputs are arrays that nobody else has seen yet.
struct Job {
  std::shared_ptr<PlanHandle> plan;
  std::vector<Buffer> inputs;
  std::vector<Napi::ObjectReference> arrays;  ///< touched on the JavaScript thread only
  std::vector<void*> outputs;
  std::atomic<bool> cancelled{false};
  const void* owner = nullptr;  ///< the environment that started it
  Napi::ThreadSafeFunction done;
  std::optional<Code> failure;
  std::string message;
};

/// One thread per process that runs jobs in their order, with the thread pool's help. libuv's pool is never
/// used.
class Executor {
 public:
  static Executor& instance();
  void submit(std::shared_ptr<Job> job);
  /// Cancels the jobs of an environment and waits until none of them can touch its memory.
  void drain(const void* owner);
  /// Ends the thread; a later submit starts it again.
  void shutdown();

 private:
  Executor();
  struct State;
  State* state_;  // leaked on purpose, as the thread pool's
};

/// Copies the inputs, queues the run, and calls `callback(error, outputs)` on the JavaScript thread when it
/// ended.
std::shared_ptr<Job> startJob(Napi::Env env, std::shared_ptr<PlanHandle> plan,
                              const std::vector<const void*>& inputs, Napi::Function callback,
                              const void* owner);

}  // namespace lw::js
