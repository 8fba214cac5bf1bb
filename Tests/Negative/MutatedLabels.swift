// expect: cannot assign through subscript: 'labels' is a 'let' constant
import Datasets

func relabel(_ samples: inout Samples) {
  samples.labels[0] = 1
}
