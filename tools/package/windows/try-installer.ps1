# Installs the installer of one architecture out of dist, as a user would, and starts the command and the window.
param([Parameter(Mandatory)][string]$Architecture)
$ErrorActionPreference = 'Stop'
$setup = (Get-ChildItem "dist\*-$Architecture-setup.exe")[0].FullName
Start-Process -Wait -FilePath $setup -ArgumentList '/S'
$folder = [Environment]::GetEnvironmentVariable('Path', 'User') -split ';' | Where-Object { $_ -like '*EventLoom*' }
& "$folder\eventloom.cmd" --version
if ($LASTEXITCODE -ne 0) { exit 1 }
node tools/package/start-packed.ts (Resolve-Path "$folder\..\..\EventLoom.exe").Path
exit $LASTEXITCODE
