/// Stand-in.
public struct Lowering {}
extension Operation { public func lower(_ lowering: inout Lowering) {} }
