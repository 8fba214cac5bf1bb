// expect: 'weights' is borrowed and cannot be consumed
import Compute

func keep(_ weights: borrowing Weights) -> [Int] {
  let mine = weights
  return [mine.parameters.count]
}
