#include "binding/jobs.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "binding/convert.h"

namespace lw::js {

std::vector<Buffer> PlanHandle::takeInputs() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::vector<Buffer>(plan->inputs().size());
  std::vector<Buffer> inputs = std::move(idle_.back());
  idle_.pop_back();
  return inputs;
}

void PlanHandle::giveInputs(std::vector<Buffer> inputs) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(inputs));
}

struct Executor::State {
  std::mutex mutex;
  std::condition_variable wake, idle;
  std::deque<std::shared_ptr<Job>> queue;
  std::vector<std::shared_ptr<Job>> running;
  std::vector<std::thread> threads;
  size_t wanted = 1;
  bool stop = false;

  void work();
  bool has(const void* owner) const;
};

namespace {

void compute(Job& job) {
  const JobOperands& operands = job.operands;
  try {
    job.plan->plan->run(operands.in, operands.out, &job.cancelled, nullptr, operands.there);
  } catch (const Error& error) {
    job.failure = error.code();
    job.message = error.what();
  } catch (const std::exception& error) {
    job.failure = Code::kNative;
    job.message = error.what();
  }
  job.plan->giveInputs(std::move(job.inputs));
  job.operands.held.clear();
}

/// The environment is going down and frees its references itself; nothing here may touch them any more.
void abandon(Job& job) {
  for (Napi::ObjectReference& array : job.arrays) array.SuppressDestruct();
}

void announce(const std::shared_ptr<Job>& job) {
  auto done = job->done;
  auto* held = new std::shared_ptr<Job>(job);
  if (done.BlockingCall(held) != napi_ok) {
    delete held;
    abandon(*job);
    return;
  }
  done.Release();
}

}  // namespace

void finishJob(Napi::Env env, Napi::Function callback, std::nullptr_t*, std::shared_ptr<Job>* held) {
  const std::unique_ptr<std::shared_ptr<Job>> owner(held);
  Job& job = **held;
  if (env == nullptr || callback.IsEmpty()) return abandon(job);
  const Napi::HandleScope scope(env);
  if (job.failure) {
    job.arrays.clear();
    callback.Call({makeError(env, *job.failure, job.message).Value(), env.Null()});
    return;
  }
  const Napi::Array outputs = Napi::Array::New(env, job.arrays.size());
  for (uint32_t i = 0; i < job.arrays.size(); ++i) outputs.Set(i, job.arrays[i].Value());
  job.arrays.clear();
  callback.Call({env.Null(), outputs});
}

void Executor::State::work() {
  std::unique_lock lock(mutex);
  for (;;) {
    wake.wait(lock, [&] { return stop || !queue.empty(); });
    if (queue.empty()) return;
    const std::shared_ptr<Job> job = std::move(queue.front());
    queue.pop_front();
    running.push_back(job);
    lock.unlock();
    compute(*job);
    announce(job);
    lock.lock();
    std::erase(running, job);
    idle.notify_all();
  }
}

/// Under the mutex: whether a job of that environment waits or runs.
bool Executor::State::has(const void* owner) const {
  const auto isOwners = [owner](const std::shared_ptr<Job>& job) { return job->owner == owner; };
  return std::any_of(queue.begin(), queue.end(), isOwners) ||
         std::any_of(running.begin(), running.end(), isOwners);
}

Executor::Executor(size_t threads) : state_(new State) { state_->wanted = threads; }

Executor& Executor::ofCpu() {
  static Executor executor(1);
  return executor;
}

Executor& Executor::ofDevices() {
  static Executor executor(2);
  return executor;
}

void Executor::drainAll(const void* owner) {
  for (Executor* executor : {&ofCpu(), &ofDevices()}) executor->drain(owner);
}

void Executor::shutdownAll() {
  for (Executor* executor : {&ofCpu(), &ofDevices()}) executor->shutdown();
}

void Executor::submit(std::shared_ptr<Job> job) {
  State& s = *state_;
  std::lock_guard lock(s.mutex);
  s.stop = false;
  s.queue.push_back(std::move(job));
  while (s.threads.size() < s.wanted) s.threads.emplace_back([&s] { s.work(); });
  s.wake.notify_one();
}

void Executor::drain(const void* owner) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  for (const std::shared_ptr<Job>& job : s.running)
    if (job->owner == owner) job->cancelled = true;
  for (const std::shared_ptr<Job>& job : s.queue)
    if (job->owner == owner) job->cancelled = true;
  s.idle.wait(lock, [&] { return !s.has(owner); });
}

void Executor::shutdown() {
  State& s = *state_;
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(s.mutex);
    s.stop = true;
    std::swap(threads, s.threads);
  }
  s.wake.notify_all();
  for (std::thread& thread : threads) thread.join();
}

std::shared_ptr<Job> startJob(Napi::Env env, std::shared_ptr<PlanHandle> plan, JobOperands operands,
                              Napi::Function callback, const void* owner) {
  auto job = std::make_shared<Job>();
  const std::vector<TensorDesc>& descs = plan->plan->inputs();
  job->inputs = plan->takeInputs();
  for (size_t i = 0; i < descs.size(); ++i) {
    if (operands.there.input(i)) continue;
    const size_t bytes = static_cast<size_t>(descs[i].bytes());
    if (job->inputs[i].data() == nullptr) job->inputs[i] = plan->plan->inputMemory(bytes + 1);
    if (bytes > 0) std::memcpy(job->inputs[i].data(), operands.in[i], bytes);
    operands.in[i] = job->inputs[i].data();
  }
  if (operands.out.empty())
    for (const TensorDesc& desc : plan->plan->outputs()) {
      const Napi::TypedArray array = newArray(env, desc);
      operands.out.push_back(memoryOf(array, desc, "an output"));
      job->arrays.push_back(Napi::Persistent(array.As<Napi::Object>()));
    }
  job->operands = std::move(operands);
  job->plan = std::move(plan);
  job->owner = owner;
  job->done = decltype(job->done)::New(env, callback, "layerwise", 0, 1);
  (job->plan->plan->onDevice() ? Executor::ofDevices() : Executor::ofCpu()).submit(job);
  return job;
}

}  // namespace lw::js
