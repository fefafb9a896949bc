# Third parties, all from Debian (scripts/install-dependencies). Each becomes one interface target with SYSTEM includes, so that
# our warnings stay ours; a layer names the ones its .cpp files use, PRIVATE.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the checkout, so that one clone finds what another compiled.
  set(CCACHE_LAUNCHER ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=true "${CCACHE_PROGRAM}")
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_LAUNCHER})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(TBB REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(PNG REQUIRED)
find_package(ZLIB REQUIRED)

# Named components only: explicit factories, no static registration, fewer linked libraries.
find_package(ITK 5.2 REQUIRED COMPONENTS ITKCommon ITKImageGrid ITKImageIntensity ITKImageFunction ITKSmoothing ITKThresholding
             ITKRegistrationMethodsv4 ITKMetricsv4 ITKOptimizersv4 ITKTransform ITKDistanceMap ITKConnectedComponents ITKLabelMap
             ITKBinaryMathematicalMorphology ITKMathematicalMorphology ITKFFT ITKIONIFTI ITKIONRRD ITKIOMeta ITKIOImageBase)
add_library(third_itk INTERFACE)
target_include_directories(third_itk SYSTEM INTERFACE ${ITK_INCLUDE_DIRS})
target_link_libraries(third_itk INTERFACE ${ITK_LIBRARIES})

# JPEG 2000 by OpenJPEG itself. GDCM must not come into one program with DCMTK: each brings a JPEG-LS library of the same symbol names
# and another interface, and whichever loads second writes past its memory.
find_path(OPENJPEG_INCLUDE openjpeg.h PATH_SUFFIXES openjpeg-2.5 openjpeg-2.4 openjpeg-2.3 REQUIRED)
find_library(OPENJPEG_LIBRARY openjp2 REQUIRED)
add_library(third_openjpeg INTERFACE)
target_include_directories(third_openjpeg SYSTEM INTERFACE "${OPENJPEG_INCLUDE}")
target_link_libraries(third_openjpeg INTERFACE "${OPENJPEG_LIBRARY}")

add_library(third_dcmtk INTERFACE)
target_link_libraries(third_dcmtk INTERFACE dcmrt dcmiod dcmjpeg dcmjpls dcmimage dcmimgle dcmdata ijg8 ijg12 ijg16 oflog ofstd)

add_library(third_opencv INTERFACE)
target_include_directories(third_opencv SYSTEM INTERFACE /usr/include/opencv4)
target_link_libraries(third_opencv INTERFACE opencv_imgproc opencv_core)

add_library(third_lemon INTERFACE)
target_link_libraries(third_lemon INTERFACE lemon)

find_library(HWY_LIBRARY hwy REQUIRED)
add_library(third_hwy INTERFACE)
target_link_libraries(third_hwy INTERFACE "${HWY_LIBRARY}")

add_library(third_ceres INTERFACE)
find_package(Ceres REQUIRED)
target_link_libraries(third_ceres INTERFACE Ceres::ceres)

add_library(third_fftw INTERFACE)
target_link_libraries(third_fftw INTERFACE fftw3f fftw3)

# SOCI brings no CMake configuration; its PostgreSQL header needs libpq's.
add_library(third_soci INTERFACE)
target_include_directories(third_soci SYSTEM INTERFACE /usr/include/soci /usr/include/postgresql)
target_link_libraries(third_soci INTERFACE soci_sqlite3 soci_postgresql soci_core sqlite3)

find_package(LibArchive REQUIRED)
add_library(third_archive INTERFACE)
target_link_libraries(third_archive INTERFACE LibArchive::LibArchive)

find_package(PkgConfig REQUIRED)
pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo cairo)
add_library(third_cairo INTERFACE)
target_link_libraries(third_cairo INTERFACE PkgConfig::pangocairo)

add_library(third_dcmnet INTERFACE)
target_link_libraries(third_dcmnet INTERFACE dcmtls dcmnet third_dcmtk)
