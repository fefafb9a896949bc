# SPDX-FileCopyrightText: 2026 The seedaudit authors
# SPDX-License-Identifier: Apache-2.0
# cmake -DNPM=... -DFOLDER=... -P install.cmake: the locked packages into FOLDER/node_modules, from npm's cache where it has them.
execute_process(
  COMMAND "${NPM}" ci --include=dev --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error
  WORKING_DIRECTORY "${FOLDER}"
  RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR
    "The packages of the report page could not be installed (npm's own words are above).\n"
    "They are locked in report/web/package-lock.json. A first build fetches them from the npm registry; later ones need no network, "
    "as npm keeps them in its cache (`npm config get cache`). Without a network copy that cache from a machine that has built once.")
endif()
