import Compute
import Networks
import Testing

/// The numbers of weights that papers and public implementations state.
@Suite struct ParameterCountTests {
  private func count(_ network: some Layer, input: Shape) throws -> Int {
    try network.declarations(input: input).filter { $0.role == .weight }.reduce(0) { $0 + $1.shape.count }
  }

  @Test func residualNetworksForSmallImages() throws {
    #expect(try count(CIFARResNet(depth: 20), input: [3, 32, 32]) == 269_722)
    #expect(try count(CIFARResNet(depth: 20, shortcut: .projection), input: [3, 32, 32]) == 272_474)
    #expect(try count(CIFARResNet(depth: 32), input: [3, 32, 32]) == 464_154)
    #expect(try count(CIFARResNet(depth: 56), input: [3, 32, 32]) == 853_018)
  }

  @Test func residualNetworkWithProjections() throws {
    #expect(try count(ResNet18(), input: [3, 32, 32]) == 11_173_962)
  }

  @Test func wideResidualNetworks() throws {
    #expect(try count(WideResNet(depth: 28, width: 10), input: [3, 32, 32]) == 36_479_194)
    #expect(try count(WideResNet(depth: 16, width: 4), input: [3, 32, 32]) == 2_748_890)
  }

  @Test func tinyVisionTransformer() throws {
    #expect(try count(VisionTransformer(), input: [3, 32, 32]) == 5_362_762)
    // The model the name comes from: patches of 16 by 16 of images of 224 by 224, 1,000 classes.
    #expect(try count(VisionTransformer(classes: 1_000, patch: 16), input: [3, 224, 224]) == 5_717_416)
  }

  @Test func lenet() throws {
    #expect(try count(LeNet5(), input: [1, 28, 28]) == 61_706)
  }

  @Test func perceptron() throws {
    #expect(try count(MultilayerPerceptron(hidden: [100, 50]), input: [1, 8, 8]) == 6_500 + 5_050 + 510)
  }

  @Test func sixLayers() throws {
    #expect(try count(SixLayerCNN(), input: [3, 32, 32]) == 288_746)
  }
}
