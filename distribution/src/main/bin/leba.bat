@echo off
rem Starts LEBA. Honours JAVA_HOME, LEBA_OPTS (more JVM flags) and LEBA_ARCHIVE (auto, create or off; see bin/leba).
rem Names of its own begin with leba_, since LEBA inherits them and a configuration may ask for any variable. A path is expanded
rem between quotes only and never inside a block: the parenthesis in "Program Files (x86)" would end the block.
setlocal EnableExtensions DisableDelayedExpansion
set "leba_oldest=17"

for %%i in ("%~dp0..") do set "leba_root=%%~fi"

set "leba_java="
set "leba_jdk="
if not defined JAVA_HOME goto search
rem Quotes in the variable itself are a common mistake.
set "leba_jdk=%JAVA_HOME:"=%"
set "leba_java=%leba_jdk%\bin\java.exe"
if exist "%leba_java%" goto found
echo leba: JAVA_HOME is "%leba_jdk%", but there is no bin\java.exe in it; LEBA needs Java %leba_oldest% or newer>&2
exit /b 1

:search
for %%i in (java.exe) do set "leba_java=%%~$PATH:i"
if defined leba_java goto beside
echo leba: no java on the PATH and JAVA_HOME is not set; LEBA needs Java %leba_oldest% or newer>&2
exit /b 1

:beside
for %%i in ("%leba_java%\..\..") do set "leba_jdk=%%~fi"

:found
set "leba_version="
set "leba_build="
if not exist "%leba_jdk%\release" goto ask
for /f "usebackq tokens=1,2 delims==" %%a in ("%leba_jdk%\release") do (
    if "%%a"=="JAVA_VERSION" set "leba_version=%%~b"
    if "%%a"=="JAVA_RUNTIME_VERSION" set "leba_build=%%~b"
)
if defined leba_version goto known

rem No "release", as beside a launcher stub: java is asked. It goes by its name alone, because a command in FOR cannot hold every path.
:ask
set "leba_path=%PATH%"
for %%i in ("%leba_java%\..") do set "PATH=%%~fi;%PATH%"
for /f "tokens=3" %%v in ('java.exe -version 2^>^&1 ^| findstr /c:" version "') do if not defined leba_version set "leba_version=%%~v"
set "PATH=%leba_path%"
set "leba_path="
if defined leba_version goto known
echo leba: cannot tell the version of "%leba_java%"; LEBA needs Java %leba_oldest% or newer>&2
exit /b 1

:known
set "leba_feature=%leba_version%"
if "%leba_feature:~0,2%"=="1." set "leba_feature=%leba_feature:~2%"
for /f "tokens=1 delims=.-+_" %%f in ("%leba_feature%") do set "leba_feature=%%f"
if %leba_feature% GEQ %leba_oldest% goto suits
echo leba: Java %leba_version% in "%leba_jdk%" is too old; LEBA needs Java %leba_oldest% or newer>&2
exit /b 1

:suits
if not defined leba_build set "leba_build=%leba_version%"
set "leba_classes=%leba_root%\runtime\java-%leba_build%.jsa"
set "leba_use=-XX:SharedArchiveFile="
set "leba_make=-XX:ArchiveClassesAtExit="
set "leba_log=-Xlog:all=warning,cds*=off:stderr"
if %leba_feature% LSS 25 goto archive
set "leba_classes=%leba_root%\runtime\java-%leba_build%.aot"
set "leba_use=-XX:AOTCache="
set "leba_make=-XX:AOTCacheOutput="
set "leba_log=-Xlog:all=warning,cds*=off,aot*=off:stderr"

:archive
set "leba_shared="
if not defined LEBA_ARCHIVE goto use
if "%LEBA_ARCHIVE%"=="auto" goto use
if "%LEBA_ARCHIVE%"=="off" goto start
if "%LEBA_ARCHIVE%"=="create" goto create
echo leba: LEBA_ARCHIVE is '%LEBA_ARCHIVE%'; expected auto, create or off>&2
exit /b 1

:create
if not exist "%leba_root%\runtime" mkdir "%leba_root%\runtime"
if not exist "%leba_root%\runtime" exit /b 1
set leba_shared="%leba_make%%leba_classes%"
goto start

:use
if exist "%leba_classes%" set leba_shared="%leba_use%%leba_classes%"

:start
set "leba_flags=-XX:+UseSerialGC -Xms48m -XX:MetaspaceSize=96m -XX:MaxRAMPercentage=50 -XX:ReservedCodeCacheSize=64m"
set "leba_flags=%leba_flags% -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError -Xlog:disable %leba_log%"
set "leba_flags=%leba_flags% -Dio.netty.leakDetection.level=disabled -Dio.netty.jfr.enabled=false --add-modules ALL-DEFAULT,ALL-MODULE-PATH"
if %leba_feature% GEQ 24 set "leba_flags=%leba_flags% --sun-misc-unsafe-memory-access=allow --enable-native-access=io.netty.common"

"%leba_java%" %leba_flags% "-Dleba.home=%leba_root%" "-Dlog4j2.configurationFile=%leba_root%\conf\log4j2.xml" %leba_shared% %LEBA_OPTS% -p "%leba_root%\lib" -m io.leba.kernel/io.leba.kernel.cli.Main %*
exit /b %ERRORLEVEL%
