// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
/// For targets that mostly forward to C, where every line would be marked unsafe; each use has its reason.
let binding: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let warningsAsErrors: [CSetting] = [.treatAllWarnings(as: .error)]
/// Debug builds compile C without optimisation, and kernels are then more than ten times slower.
///
/// SwiftPM allows flags that change that in packages that are built by themselves, lie in a folder or are followed by branch or revision, and
/// refuses them in dependencies on a version: those are checked out at its tag.
let optimized: [CSetting] =
  if let git = Context.gitInformation, git.currentTag == nil { [.unsafeFlags(["-O3"])] } else { [] }
/// Tests are compiled without optimisation whatever is asked for: what takes time in them is the code under test, and
/// compiling them takes as long as that.
let tests: [SwiftSetting] = strict + [.unsafeFlags(["-Xfrontend", "-Onone"])]

let package = Package(
  name: "tremor",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Compute", targets: ["Compute"]),
    .library(name: "CPUBackend", targets: ["CPUBackend"]),
    .library(name: "OpenCLBackend", targets: ["OpenCLBackend"]),
    .library(name: "ArrayFiles", targets: ["ArrayFiles"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "ONNX", targets: ["ONNX"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Attacks", targets: ["Attacks"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "DeviceSelection", targets: ["DeviceSelection"]),
    .library(name: "Benchmarking", targets: ["Benchmarking"]),
    .executable(name: "tremor", targets: ["tremor"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Device code in both families, and the CPU family compiled as C.
    .target(
      name: "CKernels", path: "Kernels", exclude: ["cpu", "gpu", "common", "host/kernels.def"],
      sources: ["host"],
      publicHeadersPath: "include", cSettings: warningsAsErrors + optimized),
    .target(
      name: "CDigits", exclude: ["ATTRIBUTION.md", "images-idx3-ubyte", "labels-idx1-ubyte"],
      cSettings: warningsAsErrors),
    .target(
      name: "COpenCL", cSettings: warningsAsErrors,
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // PNG, JPEG and WebP through the system's libraries, whose error handling only C can take part in.
    .target(
      name: "CImageCodecs", cSettings: warningsAsErrors,
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("webp")]),

    .target(name: "Compute", swiftSettings: strict),
    .target(name: "CPUBackend", dependencies: ["Compute", "CKernels"], swiftSettings: binding),
    .target(name: "OpenCLBackend", dependencies: ["Compute", "CKernels", "COpenCL"], swiftSettings: strict),
    .target(name: "ArrayFiles", dependencies: ["Compute", "CZlib"], swiftSettings: strict),
    .target(name: "Networks", dependencies: ["Compute"], swiftSettings: strict),
    .target(
      name: "ONNX",
      dependencies: [
        "Compute", "ArrayFiles", "Networks", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Schema/onnx.proto"], swiftSettings: strict),
    .target(
      name: "Datasets", dependencies: ["Compute", "ArrayFiles", "CDigits", "CImageCodecs", "CZlib"],
      swiftSettings: strict),
    .target(name: "Attacks", dependencies: ["Compute", "Networks"], swiftSettings: strict),
    .target(name: "Training", dependencies: ["Compute", "Networks"], swiftSettings: strict),

    // What times things: statistics, the limits of this machine, the launches of a plan one by one.
    .target(name: "Benchmarking", dependencies: ["Compute", "CKernels"], swiftSettings: strict),

    // The command, and the one place that knows every back end.
    .target(
      name: "DeviceSelection", dependencies: ["Compute", "CPUBackend", "OpenCLBackend"], swiftSettings: strict
    ),
    .executableTarget(
      name: "tremor",
      dependencies: [
        "Compute", "ArrayFiles", "Networks", "ONNX", "Datasets", "Attacks", "Training", "DeviceSelection",
        "Benchmarking", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "ComputeTestSupport", dependencies: ["Compute"], path: "Tests/ComputeTestSupport",
      swiftSettings: strict),
    .target(
      name: "FileTestSupport", dependencies: ["ComputeTestSupport", "ArrayFiles"],
      path: "Tests/FileTestSupport", swiftSettings: strict),
    .testTarget(
      name: "ComputeTests", dependencies: ["Compute", "ComputeTestSupport"], swiftSettings: tests),
    .testTarget(
      name: "CPUBackendTests", dependencies: ["Compute", "ComputeTestSupport", "CPUBackend", "CKernels"],
      swiftSettings: tests),
    .testTarget(
      name: "OpenCLBackendTests",
      dependencies: ["Compute", "ComputeTestSupport", "FileTestSupport", "OpenCLBackend"],
      swiftSettings: tests),
    .testTarget(
      name: "ArrayFilesTests",
      dependencies: ["Compute", "ComputeTestSupport", "FileTestSupport", "ArrayFiles"],
      exclude: ["Fixtures"], swiftSettings: tests),
    .testTarget(
      name: "NetworksTests", dependencies: ["Compute", "ComputeTestSupport", "CPUBackend", "Networks"],
      swiftSettings: tests),
    .testTarget(
      name: "ONNXTests",
      dependencies: [
        "Compute", "ComputeTestSupport", "ArrayFiles", "Networks", "ONNX", "DeviceSelection",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Fixtures"], swiftSettings: tests),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Compute", "ComputeTestSupport", "FileTestSupport", "ArrayFiles", "Datasets"],
      exclude: ["Fixtures"], swiftSettings: tests),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Compute", "Networks", "Attacks", "Training", "Datasets", "CPUBackend"],
      swiftSettings: tests),

    .testTarget(
      name: "BenchmarkingTests", dependencies: ["Compute", "CPUBackend", "Benchmarking"],
      swiftSettings: tests),

    .target(
      name: "AttackTestSupport", dependencies: ["Compute", "ComputeTestSupport", "Attacks"],
      path: "Tests/AttackTestSupport", swiftSettings: strict),
    .testTarget(
      name: "AttacksTests",
      dependencies: [
        "Compute", "ComputeTestSupport", "Networks", "Attacks", "AttackTestSupport", "CPUBackend", "Datasets",
      ],
      swiftSettings: tests),
    .testTarget(
      name: "TremorTests",
      dependencies: ["Compute", "ArrayFiles", "Networks", "ONNX", "DeviceSelection", "tremor"],
      swiftSettings: tests),
    .testTarget(
      name: "ReadmeTests",
      dependencies: ["Compute", "Networks", "ONNX", "Attacks", "CPUBackend", "Datasets"],
      swiftSettings: tests),
  ]
)
