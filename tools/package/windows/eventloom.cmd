@echo off
rem Starts EventLoom: with a command (eventloom extract ...) its command line, else its window.
rem The dashes: without them Electron ends when anything follows a URL, and Chromium takes options for its own.
rem In a batch file, unlike at the prompt, a window program is waited for.
if "%~1"=="" (
  start "" "%~dp0..\..\EventLoom.exe"
  exit /b 0
)
"%~dp0..\..\EventLoom.exe" -- %*
exit /b %ERRORLEVEL%
