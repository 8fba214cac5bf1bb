import COpenCL

/// How many work-items a launch has, in one to three dimensions, and how they are grouped.
package struct WorkRange: Sendable {
  let value: tcl_range

  /// A range of one dimension; the driver chooses the work-group if `local` is nil.
  package init(_ x: Int, local: Int? = nil) {
    self.init(1, (x, 1, 1), (local ?? 0, 1, 1))
  }

  /// A range of two dimensions; the driver chooses the work-group if `local` is nil.
  package init(_ x: Int, _ y: Int, local: (Int, Int)? = nil) {
    self.init(2, (x, y, 1), (local?.0 ?? 0, local?.1 ?? 1, 1))
  }

  /// A range of three dimensions; the driver chooses the work-group if `local` is nil.
  package init(_ x: Int, _ y: Int, _ z: Int, local: (Int, Int, Int)? = nil) {
    self.init(3, (x, y, z), (local?.0 ?? 0, local?.1 ?? 1, local?.2 ?? 1))
  }

  private init(_ dimensions: UInt32, _ global: (Int, Int, Int), _ local: (Int, Int, Int)) {
    precondition(global.0 > 0 && global.1 > 0 && global.2 > 0, "a launch has at least one work-item")
    precondition(local.0 >= 0 && local.1 > 0 && local.2 > 0, "a work-group has at least one work-item")
    value = tcl_range(dimensions: dimensions, global: global, local: local)
  }

  /// The work-items of a work-group, or nil where the driver chooses.
  package var groupSize: Int? {
    let local = value.local
    return local.0 == 0 ? nil : local.0 * local.1 * local.2
  }

  /// Whether work-groups tile the range, which OpenCL 1.2 asks for.
  package var isEven: Bool {
    let (global, local) = (value.global, value.local)
    guard local.0 > 0 else { return true }
    return global.0 % local.0 == 0 && global.1 % local.1 == 0 && global.2 % local.2 == 0
  }
}
