#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The seconds for which this thread has computed while `work` ran, whatever else the machine does.
public func processorSeconds(_ work: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    // SAFETY: the call writes to a value that outlives it.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  try work()
  return now() - start
}

/// How many times as long work of twice the size takes, by the shortest of several runs; stops as soon as that is less
/// than `enough`.
public func growth(
  doubling size: Int, until enough: Double, _ work: (Int) throws -> Void
) rethrows -> Double {
  var (single, double) = (Double.infinity, Double.infinity)
  for _ in 0..<6 {
    single = min(single, try processorSeconds { try work(size) })
    double = min(double, try processorSeconds { try work(2 * size) })
    if double < enough * single { break }
  }
  return double / single
}
