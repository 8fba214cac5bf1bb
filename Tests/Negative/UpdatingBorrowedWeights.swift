// expect: cannot pass immutable value as inout argument: 'weights' is a 'let' constant
import Compute

func train(_ step: inout Executable, _ weights: borrowing Weights) throws {
  try step.launch(updating: &weights)
}
