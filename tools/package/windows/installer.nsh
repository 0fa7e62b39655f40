; What the installer does besides the files: for the user who installs, without the rights of an administrator.

!macro customInstallMode
  StrCpy $isForceCurrentInstall "1"
!macroend

; PowerShell writes the PATH: a string of NSIS would cut a long one.
!macro changePath ACTION
  nsExec::Exec 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\resources\bin\path.ps1" ${ACTION}'
  Pop $0
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
!macroend

!macro customInstall
  !insertmacro changePath add
  WriteRegStr SHELL_CONTEXT "Software\Classes\eventloom" "" "URL:EventLoom"
  WriteRegStr SHELL_CONTEXT "Software\Classes\eventloom" "URL Protocol" ""
  WriteRegStr SHELL_CONTEXT "Software\Classes\eventloom\shell\open\command" "" '"$INSTDIR\EventLoom.exe" "%1"'
!macroend

!macro customUnInstall
  !insertmacro changePath remove
  DeleteRegKey SHELL_CONTEXT "Software\Classes\eventloom"
!macroend
