#pragma once

#include <napi.h>

#include <atomic>
#include <cstddef>
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

/// Where the operands of an asynchronous run lie.
struct JobOperands {
  std::vector<const void*> in;  ///< those in this process's memory are copied before `startJob` returns
  std::vector<void*> out;       ///< empty: arrays that are made for it
  OnDevice there;
  std::vector<std::shared_ptr<const Buffer>> held;  ///< the device memory among them, until the run ends
};

struct Job;
/// Tells JavaScript of a job that has ended, on its thread. `env` is null when the environment is going down:
/// then only what the job holds is let go. (An untyped thread-safe function would not call it then.)
void finishJob(Napi::Env env, Napi::Function callback, std::nullptr_t* context, std::shared_ptr<Job>* held);

/// One asynchronous run. Its outputs are arrays, or device memory, that nobody else has seen yet.
struct Job {
  std::shared_ptr<PlanHandle> plan;
  std::vector<Buffer> inputs;  ///< copies
  JobOperands operands;
  std::vector<Napi::ObjectReference> arrays;  ///< touched on the JavaScript thread only
  std::atomic<bool> cancelled{false};
  const void* owner = nullptr;  ///< the environment that started it
  Napi::TypedThreadSafeFunction<std::nullptr_t, std::shared_ptr<Job>, finishJob> done;
  std::optional<Code> failure;
  std::string message;
};

/// Threads of their own that run jobs in their order; libuv's pool is never used. On this CPU one, with the
/// thread pool's help; for devices two, so that one job's copies go on while another one's kernels run.
class Executor {
 public:
  static Executor& ofCpu();
  static Executor& ofDevices();
  /// Both, for what concerns an environment or the process.
  static void drainAll(const void* owner);
  static void shutdownAll();
  void submit(std::shared_ptr<Job> job);
  /// Cancels the jobs of an environment and waits until none of them can touch its memory.
  void drain(const void* owner);
  /// Ends the threads; a later submit starts them again.
  void shutdown();

 private:
  explicit Executor(size_t threads);
  struct State;
  State* state_;  // leaked on purpose, as the thread pool's
};

/// Copies the inputs, queues the run, and calls `callback(error, arrays)` on the JavaScript thread when it
/// ended; without arrays when the operands have outputs.
std::shared_ptr<Job> startJob(Napi::Env env, std::shared_ptr<PlanHandle> plan, JobOperands operands,
                              Napi::Function callback, const void* owner);

}  // namespace lw::js
