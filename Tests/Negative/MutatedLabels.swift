// expect: cannot assign through subscript: 'labels' is a 'let' constant
import Datasets

func relabel(_ images: inout LabeledImages) {
  images.labels[0] = 1
}
