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

let package = Package(
  name: "tremor",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Compute", targets: ["Compute"]),
    .library(name: "CPUBackend", targets: ["CPUBackend"]),
    .library(name: "OpenCLBackend", targets: ["OpenCLBackend"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Attacks", targets: ["Attacks"]),
    .library(name: "DeviceSelection", targets: ["DeviceSelection"]),
    .executable(name: "tremor", targets: ["tremor"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // Device code in both families, and the CPU family compiled as C.
    .target(
      name: "CKernels", path: "Kernels", exclude: ["cpu", "gpu", "common", "host/kernels.def"],
      sources: ["host"],
      publicHeadersPath: "include", cSettings: warningsAsErrors),
    .target(
      name: "CDigits", exclude: ["ATTRIBUTION.md", "images-idx3-ubyte", "labels-idx1-ubyte"],
      cSettings: warningsAsErrors),
    .target(
      name: "COpenCL", cSettings: warningsAsErrors,
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    .target(name: "Compute", swiftSettings: strict),
    .target(name: "CPUBackend", dependencies: ["Compute", "CKernels"], swiftSettings: binding),
    .target(name: "OpenCLBackend", dependencies: ["Compute", "CKernels", "COpenCL"], swiftSettings: strict),
    .target(name: "Datasets", dependencies: ["CDigits"], swiftSettings: strict),
    .target(name: "Attacks", dependencies: ["Compute"], swiftSettings: strict),

    // The command, and the one place that knows every back end.
    .target(
      name: "DeviceSelection", dependencies: ["Compute", "CPUBackend", "OpenCLBackend"], swiftSettings: strict
    ),
    .executableTarget(
      name: "tremor",
      dependencies: [
        "Compute", "Datasets", "Attacks", "DeviceSelection",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "ComputeTestSupport", dependencies: ["Compute"], path: "Tests/ComputeTestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "ComputeTests", dependencies: ["Compute", "ComputeTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CPUBackendTests", dependencies: ["Compute", "ComputeTestSupport", "CPUBackend", "CKernels"],
      swiftSettings: strict),
    .testTarget(
      name: "OpenCLBackendTests", dependencies: ["Compute", "ComputeTestSupport", "OpenCLBackend"],
      swiftSettings: strict),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets"], swiftSettings: strict),

    .target(
      name: "AttackTestSupport", dependencies: ["Compute", "ComputeTestSupport", "Attacks"],
      path: "Tests/AttackTestSupport", swiftSettings: strict),
    .testTarget(
      name: "AttacksTests",
      dependencies: [
        "Compute", "ComputeTestSupport", "Attacks", "AttackTestSupport", "CPUBackend", "Datasets",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TremorTests", dependencies: ["Compute", "DeviceSelection", "tremor"], swiftSettings: strict),
    .testTarget(
      name: "ReadmeTests", dependencies: ["Compute", "Attacks", "CPUBackend", "Datasets"],
      swiftSettings: strict),
  ]
)
